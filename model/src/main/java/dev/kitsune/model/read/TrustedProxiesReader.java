package dev.kitsune.model.read;

import dev.kitsune.model.manifest.AddressRange;
import dev.kitsune.model.manifest.TrustedProxies;
import dev.kitsune.model.problem.ProblemCode;
import java.util.List;
import java.util.Optional;

/** Reads the Platform's {@code gateway.trustedProxies}. */
final class TrustedProxiesReader {
    private static final int MOST_HOPS = 10;

    private TrustedProxiesReader() {}

    static TrustedProxies read(Cursor c) {
        if (!c.isMapping()) {
            c.wrongType("{hops: 1} or {cidrs: [10.0.0.0/8]}");
            return new TrustedProxies.Hops(1);
        }
        return c.fields(TrustedProxiesReader::read);
    }

    private static TrustedProxies read(Fields f) {
        if (f.has("hops") && f.has("cidrs")) {
            f.at("cidrs")
                    .problem(
                            ProblemCode.InvalidValue,
                            f.mapping().path() + " has \"hops\" or \"cidrs\", and not both: remove one");
        }
        if (f.has("cidrs")) {
            f.optional("hops", TrustedProxiesReader::hops);
            return new TrustedProxies.Ranges(ranges(f.at("cidrs")));
        }
        if (!f.has("hops")) {
            f.mapping()
                    .problem(
                            ProblemCode.MissingField,
                            f.mapping().path() + " needs one of the fields \"hops\" and \"cidrs\"");
        }
        return new TrustedProxies.Hops(f.optional("hops", TrustedProxiesReader::hops, 1));
    }

    private static int hops(Cursor c) {
        return c.integer(1, MOST_HOPS);
    }

    private static List<AddressRange> ranges(Cursor c) {
        List<Optional<AddressRange>> ranges = c.list(TrustedProxiesReader::range);
        if (c.isList() && ranges.isEmpty()) {
            c.problem(
                    ProblemCode.InvalidValue,
                    c.path() + " is empty: write at least one range, or remove the field trustedProxies");
        }
        return ranges.stream().flatMap(Optional::stream).distinct().toList();
    }

    private static Optional<AddressRange> range(Cursor c) {
        String text = c.text(Grammar.NOT_EMPTY);
        Optional<AddressRange> range = IpText.range(text);
        if (range.isEmpty() && !text.isEmpty()) {
            c.invalid("a range of IP addresses with a prefix of at least one bit, such as 10.0.0.0/8 or 2001:db8::/32"
                    + " (one address is 10.1.2.3/32; if the gateways can be reached only through proxies, write hops)");
        }
        return range;
    }
}
