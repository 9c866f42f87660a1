package dev.kitsune.e2e.trace;

import dev.kitsune.envoy.trace.RequestHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * One request, and the port of the two Envoys to which it is sent.
 *
 * @param number its own number, which identifies its mirrored copies
 * @param tags the special features of the request, which are counted
 */
record GeneratedRequest(
        int number,
        Door door,
        String method,
        String authority,
        String path,
        List<RequestHeaders.HeaderLine> headers,
        Set<String> tags) {
    /** The entry of a request. */
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

    static GeneratedRequest generate(int number, Random random, VirtualEnvironmentSet set) {
        Set<String> tags = new TreeSet<>();
        Door door = Pick.from(List.of(Door.GATEWAY, Door.GATEWAY, Door.GATEWAY, Door.INBOUND, Door.OUTBOUND), random);
        tags.add(door.name().toLowerCase(Locale.ROOT));
        List<RequestHeaders.HeaderLine> lines = new ArrayList<>();
        RequestContext context = new RequestContext(
                random,
                door == Door.GATEWAY,
                tags,
                lines,
                Pick.from(door == Door.OUTBOUND ? DEPENDENCIES : HOSTS, random),
                Pick.from(QUERIES, random));
        context.virtualEnvironment(set.virtualEnvironments());
        if (random.nextBoolean()) {
            context.deployment(set.deployments());
        }
        if (random.nextInt(3) == 0) {
            lines.add(new RequestHeaders.HeaderLine("x-a", Pick.from(List.of("1", "2", "3", ""), random)));
        }
        if (random.nextInt(3) == 0) {
            lines.add(new RequestHeaders.HeaderLine(
                    "x-b", Pick.from(List.of("50% off", "a", "k", "100%", "other"), random)));
        }
        if (random.nextInt(20) == 0) {
            lines.add(new RequestHeaders.HeaderLine("x-a", "1"));
            tags.add("doubled header");
        }
        if (random.nextInt(15) == 0) {
            lines.add(new RequestHeaders.HeaderLine("kitsune-var-greeting", "forged"));
            lines.add(new RequestHeaders.HeaderLine("kitsune_var_num", "forged"));
            lines.add(new RequestHeaders.HeaderLine("kitsune-scope", "gw/e1"));
            tags.add("forged");
        }
        if (random.nextInt(20) == 0) {
            lines.add(new RequestHeaders.HeaderLine("content-type", "application/grpc"));
            tags.add("gRPC");
        }
        return new GeneratedRequest(
                number,
                door,
                tags.contains("gRPC") ? "POST" : Pick.from(List.of("GET", "GET", "POST", "DELETE", "PUT"), random),
                context.host(),
                Pick.from(PATHS, random) + context.query(),
                List.copyOf(lines),
                tags);
    }

    @Override
    public String toString() {
        return door + " " + method + " " + authority + path + " " + headers;
    }
}
