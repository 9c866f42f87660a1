package dev.kitsune.model.read;

import dev.kitsune.model.manifest.Adapter;
import dev.kitsune.model.manifest.Adapter.Behaviour;
import dev.kitsune.model.manifest.Adapter.ContextHandling;
import dev.kitsune.model.manifest.Adapter.FollowRedirects;
import dev.kitsune.model.manifest.Adapter.Grpc;
import dev.kitsune.model.manifest.Adapter.Http;
import dev.kitsune.model.manifest.Adapter.Target;
import dev.kitsune.model.manifest.Adapter.Tcp;
import dev.kitsune.model.manifest.Adapter.Tls;
import dev.kitsune.model.problem.ProblemCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the spec of an {@link Adapter}, with the design's defaults. */
final class AdapterReader {
    private static final List<String> TARGETS = List.of("http", "grpc", "tcp");

    /** The limit of the extension in a TLS handshake, including the length before each protocol. */
    private static final int LONGEST_ALPN = 65_535;

    /** Envoy takes zero for no limit, and counts in milliseconds. */
    private static final Duration SHORTEST = Duration.ofMillis(1);

    private AdapterReader() {}

    static Adapter read(Fields f) {
        List<String> present = f.present(TARGETS);
        if (present.isEmpty() && f.mapping().isMapping()) {
            f.mapping()
                    .problem(ProblemCode.MissingField, "spec needs one of the fields \"http\", \"grpc\" and \"tcp\"");
        }
        present.stream().skip(1).forEach(name -> f.at(name)
                .problem(
                        ProblemCode.InvalidValue,
                        "an adapter is one of http, grpc and tcp; \"" + present.get(0)
                                + "\" is present too: remove one"));
        Target http = f.optional("http", c -> c.fields(AdapterReader::http));
        Target grpc = f.optional("grpc", c -> c.fields(AdapterReader::grpc));
        Target tcp = f.optional("tcp", c -> c.fields(AdapterReader::tcp));
        if (http != null) {
            return new Adapter(http);
        }
        return new Adapter(grpc != null ? grpc : tcp != null ? tcp : new Tcp("", null, null));
    }

    private static Target http(Fields f) {
        return new Http(
                f.required("url").text(Grammar.NOT_EMPTY),
                query(f),
                headers(f),
                f.optional("followRedirects", c -> c.oneOf(FollowRedirects.class), FollowRedirects.Never),
                context(f),
                idleTimeout(f),
                tls(f));
    }

    private static Target grpc(Fields f) {
        return new Grpc(
                f.required("url").text(Grammar.NOT_EMPTY), query(f), headers(f), context(f), idleTimeout(f), tls(f));
    }

    private static Target tcp(Fields f) {
        return new Tcp(
                f.required("address").text(Grammar.NOT_EMPTY), f.optional("listen", c -> c.integer(1, 65_535)), tls(f));
    }

    private static ContextHandling context(Fields f) {
        return f.optional("context", c -> c.oneOf(ContextHandling.class), Behaviour.DEFAULT.context());
    }

    private static Duration idleTimeout(Fields f) {
        return f.optional("idleTimeout", c -> c.duration(SHORTEST), Behaviour.DEFAULT.idleTimeout());
    }

    private static Map<String, String> query(Fields f) {
        return f.optional("query", c -> c.map(Grammar.NOT_EMPTY, Cursor::text), Map.of());
    }

    private static Map<String, String> headers(Fields f) {
        return f.optional("headers", c -> c.map(Grammar.HEADER, Cursor::text), Map.of());
    }

    private static List<String> alpn(Cursor c) {
        List<String> protocols = c.list(p -> p.text(Grammar.ALPN_PROTOCOL));
        if (protocols.stream().mapToInt(protocol -> 1 + protocol.length()).sum() > LONGEST_ALPN) {
            c.invalid("protocols of ALPN that take at most " + LONGEST_ALPN + " bytes together");
        }
        return protocols;
    }

    private static @Nullable Tls tls(Fields f) {
        return f.optional(
                "tls",
                c -> c.fields(t -> new Tls(
                        t.optional("clientCertificate", x -> x.text(Grammar.NOT_EMPTY)),
                        t.optional("ca", x -> x.text(Grammar.NOT_EMPTY)),
                        t.optional("serverName", x -> x.text(Grammar.NOT_EMPTY)),
                        t.optional("alpn", AdapterReader::alpn, List.of()),
                        t.optional("insecureSkipVerify", Cursor::bool, false))));
    }
}
