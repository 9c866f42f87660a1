package dev.kitsune.e2e.trace;

import dev.kitsune.envoy.trace.RequestHeaders;
import dev.kitsune.envoy.trace.RequestHeaders.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * One request, and at which port of the two Envoys it is sent.
 *
 * @param tags what is special about it, to be counted
 */
record GeneratedRequest(Door door, String method, String authority, String path, List<Line> headers, Set<String> tags) {
    /** Where it enters. */
    enum Door {
        GATEWAY,
        INBOUND,
        OUTBOUND
    }

    private static final List<String> HOSTS = List.of(
            "h0.localhost",
            "h1.localhost",
            "h2.localhost",
            "H0.localhost:8080",
            "h3.localhost",
            "a.h0.localhost",
            "other");
    private static final List<String> DEPENDENCIES = List.of(
            "api",
            "api:8080",
            "API",
            "api.shop",
            "api.pay",
            "api.shop.svc",
            "api.shop.svc.cluster.local",
            "ext",
            "ext.shop:80",
            "web",
            "ledger",
            "api.blog",
            "example.com",
            "apis");
    private static final List<String> PATHS = List.of(
            "/",
            "/a",
            "/a/",
            "/a/b",
            "/ab",
            "/a/b/c",
            "/x/42",
            "/x/421/",
            "/x/4a",
            "/k/a/z",
            "/k/b/z/y",
            "/k/axx/z",
            "/s/a",
            "/s/s.1",
            "/s/sx1",
            "/s/b",
            "/b",
            "/k",
            "/big/12345678",
            "/big/12345679",
            "/100%25",
            "/big/7",
            "/x",
            "/x/../a",
            "/a/./b",
            "/%61",
            "/k/%7E/z",
            "/a/%2e%2e/x/1",
            "/a//b",
            "/%2Fa");
    private static final List<String> QUERIES = List.of(
            "", "", "", "?v=1", "?v=12", "?v=x", "?v=2&v=1", "?w=a", "?w=b&v=1", "?w", "?v=", "?a=b+c&v=1&&w=k");

    RequestHeaders asTraced() {
        return RequestHeaders.of(method, authority, path, headers);
    }

    boolean isGrpc() {
        return tags.contains("gRPC");
    }

    static GeneratedRequest generate(Random random, List<String> environments) {
        Set<String> tags = new TreeSet<>();
        Door door = Pick.from(List.of(Door.GATEWAY, Door.GATEWAY, Door.GATEWAY, Door.INBOUND, Door.OUTBOUND), random);
        tags.add(door.name().toLowerCase(Locale.ROOT));
        List<Line> lines = new ArrayList<>();
        String query = Pick.from(QUERIES, random);
        query = context(random, environments, tags, lines, query);
        if (random.nextInt(3) == 0) {
            lines.add(new Line("x-a", Pick.from(List.of("1", "2", "3", ""), random)));
        }
        if (random.nextInt(3) == 0) {
            lines.add(new Line("x-b", Pick.from(List.of("50% off", "a", "k", "100%", "other"), random)));
        }
        if (random.nextInt(20) == 0) {
            lines.add(new Line("x-a", "1"));
            tags.add("doubled header");
        }
        if (random.nextInt(15) == 0) {
            lines.add(new Line("kitsune-var-greeting", "forged"));
            lines.add(new Line("kitsune_var_num", "forged"));
            lines.add(new Line("kitsune-scope", "gw/e1"));
            tags.add("forged");
        }
        if (random.nextInt(20) == 0) {
            lines.add(new Line("content-type", "application/grpc"));
            tags.add("gRPC");
        }
        return new GeneratedRequest(
                door,
                tags.contains("gRPC") ? "POST" : Pick.from(List.of("GET", "GET", "POST", "DELETE", "PUT"), random),
                Pick.from(door == Door.OUTBOUND ? DEPENDENCIES : HOSTS, random),
                Pick.from(PATHS, random) + query,
                List.copyOf(lines),
                tags);
    }

    /** Puts the context in, well or badly; gives the query as it is then. */
    private static String context(
            Random random, List<String> environments, Set<String> tags, List<Line> lines, String query) {
        String one = Pick.from(environments, random);
        String other = Pick.from(environments, random);
        int sort = random.nextInt(20);
        if (sort < 9) {
            lines.add(new Line("kitsune-env", one));
            tags.add("context by header");
        } else if (sort < 11) {
            tags.add("no context");
        } else if (sort == 11) {
            lines.add(new Line("kitsune-env", Pick.from(List.of("nobody", "e99", "e1x"), random)));
            tags.add("unknown context");
        } else if (sort == 12) {
            lines.add(new Line("kitsune-env", Pick.from(List.of("E1", "a_b", "-x", "e1 e2", "<b>"), random)));
            tags.add("refused context");
        } else if (sort == 13) {
            lines.add(new Line("kitsune-env", one));
            lines.add(new Line("kitsune-env", other));
            tags.add("doubled context");
        } else if (sort == 14) {
            tags.add("doubled context");
            return and(query, "kitsune-env=" + one + "&kitsune-env=" + other);
        } else if (sort == 15) {
            lines.add(new Line("baggage", "a=b, kitsune-env=" + one + ";p=1,kitsune-env = " + other));
            tags.add("doubled context");
        } else if (sort == 16) {
            lines.add(new Line("baggage", "a=b;c , kitsune-env = " + one + " ;p=1"));
            lines.add(new Line("baggage", "d=e"));
            tags.add("context by baggage");
        } else if (sort == 17) {
            tags.add("context by query");
            return and(query, "kitsune-env=" + one + "&z=1");
        } else {
            lines.add(new Line("baggage", "kitsune-env=" + one));
            lines.add(new Line("kitsune-env", other));
            tags.add("several sources");
            return and(query, "kitsune%2Denv=" + one);
        }
        return query;
    }

    private static String and(String query, String more) {
        return query.isEmpty() ? "?" + more : query + "&" + more;
    }

    @Override
    public String toString() {
        return door + " " + method + " " + authority + path + " " + headers;
    }
}
