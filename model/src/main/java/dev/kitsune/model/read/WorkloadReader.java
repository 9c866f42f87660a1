package dev.kitsune.model.read;

import dev.kitsune.model.manifest.Workload;
import dev.kitsune.model.manifest.Workload.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Reads the spec of a {@link Workload}, with the design's defaults. */
final class WorkloadReader {
    private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile("(" + BYTE + "\\.){3}" + BYTE);
    private static final Pattern PERHAPS_IPV6 = Pattern.compile("[0-9a-fA-F.]{0,4}:[0-9a-fA-F:.]{1,40}");

    private WorkloadReader() {}

    static Workload read(Fields f) {
        return new Workload(
                f.required("app").text(Grammar.DNS_LABEL),
                f.required("component").text(Grammar.DNS_LABEL),
                f.required("version").text(Grammar.VERSION),
                f.required("endpoints").list(c -> c.fields(WorkloadReader::endpoint)),
                f.optional("environments", c -> c.names(Grammar.DNS_SUBDOMAIN)),
                f.optional("environment", c -> c.text(Grammar.DNS_LABEL)),
                f.optional("protocol", DeclarationReader::protocol));
    }

    private static Endpoint endpoint(Fields f) {
        return new Endpoint(address(f.required("address")), f.required("port").integer(1, 65_535));
    }

    private static String address(Cursor c) {
        String text = c.text(Grammar.NOT_EMPTY);
        if (!text.isEmpty() && !isAddress(text)) {
            c.invalid("an IP address, such as 127.0.0.1");
        }
        return text;
    }

    private static boolean isAddress(String text) {
        if (IPV4.matcher(text).matches()) {
            return true;
        }
        if (!PERHAPS_IPV6.matcher(text).matches()) {
            return false;
        }
        try {
            // With a colon in it, the address is parsed and never resolved by DNS.
            return InetAddress.getByName(text) != null;
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
