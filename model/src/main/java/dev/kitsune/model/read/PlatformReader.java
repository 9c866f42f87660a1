package dev.kitsune.model.read;

import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.Platform.AdapterTarget;
import dev.kitsune.model.manifest.Platform.Context;
import dev.kitsune.model.manifest.Platform.Egress;
import dev.kitsune.model.manifest.Platform.Limits;
import dev.kitsune.model.manifest.Platform.OutsideCalls;
import dev.kitsune.model.manifest.Platform.Passthrough;
import dev.kitsune.model.manifest.Platform.PeerTls;
import dev.kitsune.model.manifest.ReservedNames;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the spec of a {@link Platform}, with the design's defaults. */
final class PlatformReader {
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final Grammar HOST = new Grammar(
            Pattern.compile("(" + LABEL + "\\.)*+([a-z0-9][-a-z0-9]*)?\\{env}([-a-z0-9]*[a-z0-9])?(\\." + LABEL + ")+"),
            253,
            "a host name in lower case with {env} once, in any label but the last, such as {env}.preview.example.com,"
                    + " or \"\" for no preview hosts",
            false);

    private PlatformReader() {}

    static Platform read(Fields f) {
        return new Platform(
                f.at("context").fields(PlatformReader::context),
                f.optional("defaultVirtualEnvironment", VirtualEnvironmentReader::name),
                new OutsideCalls(
                        f.optional("egress", c -> c.oneOf(Egress.class), OutsideCalls.DEFAULT.egress()),
                        f.optional("passthrough", c -> c.oneOf(Passthrough.class), OutsideCalls.DEFAULT.passthrough()),
                        f.optional("adapterTargets", c -> c.list(t -> t.oneOf(AdapterTarget.class)), List.of())),
                f.at("limits").fields(PlatformReader::limits),
                f.at("gateway").fields(GatewayReader::read),
                f.optional("reservedNames", PlatformReader::reservedNames, ReservedNames.NONE),
                f.at("mesh").fields(mesh -> mesh.optional("mtls", c -> c.oneOf(PeerTls.class), PeerTls.Off)));
    }

    private static ReservedNames reservedNames(Cursor c) {
        Map<VirtualEnvironmentName, String> namespaces = new HashMap<>();
        c.map(Grammar.DNS_LABEL, namespace -> namespace.text(Grammar.DNS_LABEL))
                .forEach((name, namespace) -> namespaces.put(new VirtualEnvironmentName(name), namespace));
        return new ReservedNames(namespaces);
    }

    private static Context context(Fields f) {
        Context defaults = Context.DEFAULT;
        Context context = new Context(
                f.optional("header", c -> header(c, defaults.header()), defaults.header()),
                f.optional(
                        "deploymentHeader", c -> header(c, defaults.deploymentHeader()), defaults.deploymentHeader()),
                f.optional("baggage", Cursor::bool, defaults.baggage()),
                f.optional("query", Cursor::bool, defaults.query()),
                f.has("host") ? host(f.at("host")) : defaults.host(),
                f.optional("cookie", Cursor::bool, defaults.cookie()));
        if (context.header().equals(context.deploymentHeader())) {
            f.at(f.has("deploymentHeader") ? "deploymentHeader" : "header").invalid("two different header names");
        }
        f.ignore("host");
        return context;
    }

    private static String header(Cursor c, String own) {
        String name = c.text(Grammar.HEADER).toLowerCase(Locale.ROOT);
        if (ReservedHeaders.contains(name, own)) {
            c.invalid("the name of a header that neither HTTP nor Envoy nor Kitsune uses for something else, such as "
                    + own);
        }
        return name;
    }

    /** Empty text is how preview hosts are switched off: absent means the default. */
    private static @Nullable String host(Cursor c) {
        String text = c.text();
        return text.isEmpty() ? null : c.text(HOST);
    }

    private static Limits limits(Fields f) {
        int selectable = Platform.DEFAULT.limits().selectableDeployments();
        return new Limits(f.optional("selectableDeployments", c -> c.integer(0, 10_000), selectable));
    }
}
