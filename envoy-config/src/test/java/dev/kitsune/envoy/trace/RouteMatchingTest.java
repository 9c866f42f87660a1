package dev.kitsune.envoy.trace;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.RouteMatch.ConnectMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch.GrpcRouteMatchOptions;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathWithEscapedSlashesAction;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouteMatchingTest {
    private static final RouteMatch.Builder ALL = RouteMatch.newBuilder().setPrefix("/");

    private static boolean holds(
            RouteMatch.Builder match, String method, String path, RequestHeaders.HeaderLine... headers) {
        return RouteMatching.fails(match.build(), RequestHeaders.of(method, "a", path, List.of(headers)))
                .isEmpty();
    }

    private static StringMatcher regex(String regex) {
        return StringMatcher.newBuilder()
                .setSafeRegex(RegexMatcher.newBuilder().setRegex(regex))
                .build();
    }

    @Test
    void paths() {
        RouteMatch.Builder under = RouteMatch.newBuilder().setPathSeparatedPrefix("/a");
        assertThat(holds(under, "GET", "/a?x")).isTrue();
        assertThat(holds(under, "GET", "/a/b")).isTrue();
        assertThat(holds(under, "GET", "/ab")).isFalse();
        RouteMatch.Builder exact = RouteMatch.newBuilder().setPath("/a");
        assertThat(holds(exact, "GET", "/a?x=1")).isTrue();
        assertThat(holds(exact, "GET", "/a/")).isFalse();
        RouteMatch.Builder whole =
                RouteMatch.newBuilder().setSafeRegex(RegexMatcher.newBuilder().setRegex("/[a-z]"));
        assertThat(holds(whole, "GET", "/b?c")).isTrue();
        assertThat(holds(whole, "GET", "/bb")).isFalse();
    }

    @Test
    void headers() {
        HeaderMatcher.Builder one = HeaderMatcher.newBuilder().setName("x").setStringMatch(regex("1|2"));
        RouteMatch.Builder must = ALL.clone().addHeaders(one);
        assertThat(holds(must, "GET", "/", new RequestHeaders.HeaderLine("X", "2")))
                .isTrue();
        assertThat(holds(must, "GET", "/")).isFalse();
        assertThat(holds(
                        must,
                        "GET",
                        "/",
                        new RequestHeaders.HeaderLine("x", "3"),
                        new RequestHeaders.HeaderLine("x", "2")))
                .as("one matching line is enough")
                .isTrue();
        RouteMatch.Builder mustNot = ALL.clone().addHeaders(one.clone().setInvertMatch(true));
        assertThat(holds(mustNot, "GET", "/"))
                .as("a missing header does not match either")
                .isFalse();
        RouteMatch.Builder notEvenEmpty =
                ALL.clone().addHeaders(one.clone().setInvertMatch(true).setTreatMissingHeaderAsEmpty(true));
        assertThat(holds(notEvenEmpty, "GET", "/")).isTrue();
        assertThat(holds(notEvenEmpty, "GET", "/", new RequestHeaders.HeaderLine("x", "1")))
                .isFalse();
        RouteMatch.Builder there =
                ALL.clone().addHeaders(HeaderMatcher.newBuilder().setName("x").setPresentMatch(true));
        assertThat(holds(there, "GET", "/", new RequestHeaders.HeaderLine("x", "")))
                .isTrue();
        assertThat(holds(there, "GET", "/")).isFalse();
    }

    @Test
    void grpcAndConnect() {
        RouteMatch.Builder grpc = ALL.clone().setGrpc(GrpcRouteMatchOptions.getDefaultInstance());
        assertThat(holds(grpc, "POST", "/", new RequestHeaders.HeaderLine("content-type", "application/grpc+proto")))
                .isTrue();
        assertThat(holds(grpc, "POST", "/", new RequestHeaders.HeaderLine("content-type", "application/grpc-web")))
                .isFalse();
        RouteMatch.Builder connect = RouteMatch.newBuilder().setConnectMatcher(ConnectMatcher.getDefaultInstance());
        assertThat(holds(connect, "CONNECT", "")).isTrue();
        assertThat(holds(connect, "GET", "/")).isFalse();
    }

    @Test
    void stopsAtAnUnknownField() {
        assertThatThrownBy(() -> holds(ALL.clone().setCaseSensitive(BoolValue.of(false)), "GET", "/"))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> holds(
                        ALL.clone()
                                .addDynamicMetadata(
                                        io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher.getDefaultInstance()),
                        "GET",
                        "/"))
                .hasMessageContaining("dynamic_metadata");
    }

    @Test
    void pathsAreNormalisedAsEnvoyDoes() {
        HttpConnectionManager sidecar = HttpConnectionManager.getDefaultInstance();
        assertThat(PathNormalising.of("/a/../b/./c", sidecar)).isEqualTo("/b/c");
        assertThat(PathNormalising.of("/a/%2e%2E/b?x=%2e", sidecar)).isEqualTo("/b?x=%2e");
        assertThat(PathNormalising.of("/%7Ea%2Fb", sidecar)).isEqualTo("/~a%2Fb");
        assertThat(PathNormalising.of("/a/..", sidecar)).isEqualTo("/");
        assertThat(PathNormalising.of("//a", sidecar)).isEqualTo("//a");
    }

    /** Envoy 1.40.0 and 1.39.3 normalise the paths in this way. */
    @Test
    void atAGatewayOnePathHasOneSpelling() {
        HttpConnectionManager gateway = HttpConnectionManager.newBuilder()
                .setMergeSlashes(true)
                .setPathWithEscapedSlashesAction(PathWithEscapedSlashesAction.UNESCAPE_AND_FORWARD)
                .build();
        Map.ofEntries(
                        entry("//admin", "/admin"),
                        entry("/%2fadmin", "/admin"),
                        entry("/x/..%2Fadmin", "/admin"),
                        entry("/x/..%5Cadmin", "/admin"),
                        entry("/x/%2e%2e%2Fadmin?a=//b%2f", "/admin?a=//b%2f"),
                        entry("/x/..%252fadmin", "/x/..%252fadmin"),
                        entry("/a//b///c//", "/a/b/c/"),
                        entry("/x//../b", "/x/b"),
                        entry("/x/..;/admin;a=b", "/admin;a=b"),
                        entry("/x/.;a=b/a", "/x/a"),
                        entry("/x/%2e%2E;q/a", "/x/..;q/a"),
                        entry("/x/y;/../a;/..;b", "/x/"),
                        entry("/x/...;/a;/.;/b", "/x/...;/a;/b"),
                        entry("/x/y/..//..;;/a/%2f/..%2f.%2f%2fb", "/x/a/b"),
                        entry("/%7euser%41/%3bx/..%3b/b%2d%5f", "/~userA/%3bx/..%3b/b-_"),
                        entry("/x%2f%2f..%2fb%5c%5Cc\\d", "/x/b/c/d"),
                        entry("/x/..;/../../;/..;/;a/..;a", "/"))
                .forEach((sent, seen) ->
                        assertThat(PathNormalising.of(sent, gateway)).as(sent).isEqualTo(seen));
    }
}
