package dev.kitsune.envoy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.Struct;
import com.google.protobuf.UnknownFieldSet;
import dev.kitsune.envoy.Origins;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceGateTest {
    private static final RouteMatch EVERYTHING =
            RouteMatch.newBuilder().setPrefix("/").build();
    private static final HeaderValueOption HEADER = HeaderValueOption.newBuilder()
            .setHeader(HeaderValue.newBuilder().setKey("a").setValue("b"))
            .build();

    private static RouteConfiguration.Builder routes(Route.Builder... routes) {
        VirtualHost.Builder host = VirtualHost.newBuilder().setName("app").addDomains("*");
        List.of(routes).forEach(host::addRoutes);
        return RouteConfiguration.newBuilder().setName("gw/main").addVirtualHosts(host);
    }

    private static Route.Builder answer(String text) {
        return Route.newBuilder()
                .setMatch(EVERYTHING)
                .setDirectResponse(DirectResponseAction.newBuilder()
                        .setStatus(503)
                        .setBody(DataSource.newBuilder().setInlineString(text)));
    }

    private static Cluster cluster(UpstreamTlsContext tls) {
        return Cluster.newBuilder()
                .setName("adapter/shop/vend/main")
                .setTransportSocket(TransportSocket.newBuilder().setName("tls").setTypedConfig(Any.pack(tls)))
                .build();
    }

    private static UpstreamTlsContext alpn(String... protocols) {
        return UpstreamTlsContext.newBuilder()
                .setCommonTlsContext(CommonTlsContext.newBuilder().addAllAlpnProtocols(List.of(protocols)))
                .build();
    }

    private static List<String> faults(com.google.protobuf.Message resource) {
        return ResourceGate.faults(resource).stream()
                .map(ConfigurationFault::toString)
                .toList();
    }

    @Test
    void aUsualResourceHasNoFault() {
        assertThat(faults(routes(answer("away")).build())).isEmpty();
        assertThat(faults(cluster(alpn("h2", "http/1.1")))).isEmpty();
    }

    @Test
    void theConstraintsOfTheProtosAreChecked() {
        assertThat(faults(routes(answer("away").addAllRequestHeadersToAdd(Collections.nCopies(1_001, HEADER)))
                        .build()))
                .containsExactly(
                        "virtual_hosts[0].routes[0].request_headers_to_add: expected at most 1000 entries, not 1001");
        HeaderValueOption longHeader = HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey("a").setValue("b".repeat(16_385)))
                .build();
        assertThat(faults(routes(answer("away").addRequestHeadersToAdd(longHeader))
                        .build()))
                .singleElement()
                .asString()
                .endsWith("header.value: expected at most 16384 bytes, not 16385");
        assertThat(faults(routes(Route.newBuilder()).build()))
                .contains(
                        "virtual_hosts[0].routes[0].match: expected a value",
                        "virtual_hosts[0].routes[0].action: expected one of its fields");
        assertThat(faults(Cluster.newBuilder()
                        .setName("a")
                        .setConnectTimeout(Duration.newBuilder())
                        .build()))
                .containsExactly("connect_timeout: expected a longer duration");
    }

    @Test
    void packedMessagesAreChecked() {
        assertThat(faults(cluster(
                        UpstreamTlsContext.newBuilder().setSni("a".repeat(300)).build())))
                .containsExactly("transport_socket.typed_config.sni: expected at most 255 bytes, not 300");
    }

    @Test
    void checksInEnvoysCodeAreMadeToo() {
        String path = "transport_socket.typed_config.common_tls_context.alpn_protocols";
        assertThat(faults(cluster(alpn("h2", "")))).singleElement().asString().startsWith(path);
        assertThat(faults(cluster(alpn("h2,")))).singleElement().asString().startsWith(path);
        assertThat(faults(cluster(alpn("a".repeat(256)))))
                .singleElement()
                .asString()
                .startsWith(path);
        assertThat(faults(routes(answer("a".repeat(4_097))).build()))
                .containsExactly(
                        "virtual_hosts[0].routes[0].direct_response.body: expected at most 4096 bytes, not 4097");
        assertThat(faults(routes(answer("away")
                                .setMatch(RouteMatch.newBuilder()
                                        .setSafeRegex(RegexMatcher.newBuilder().setRegex("(?<=a)b"))))
                        .build()))
                .singleElement()
                .asString()
                .endsWith("safe_regex.regex: expected a regular expression of RE2");
        assertThat(faults(routes(answer("away")
                                .addRequestHeadersToAdd(HeaderValueOption.newBuilder()
                                        .setHeader(HeaderValue.newBuilder()
                                                .setKey("Host")
                                                .setValue("b"))))
                        .build()))
                .hasSize(1);
        RouteConfiguration twice = routes(answer("away")).build();
        assertThat(faults(twice.toBuilder()
                        .addVirtualHosts(twice.getVirtualHosts(0))
                        .build()))
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%",
                "50% off",
                "%REQ(x",
                "%req(x)%",
                "%NO_COMMAND%",
                "%PATH%",
                "%%%",
                "%%REQ(x)%",
                "a%REQ(x):5%%"
            })
    void anInvalidFormatIsAFaultInEveryField(String text) {
        HeaderValueOption header = HEADER.toBuilder()
                .setHeader(HeaderValue.newBuilder().setKey("a").setValue(text))
                .build();
        SubstitutionFormatString body = SubstitutionFormatString.newBuilder()
                .setTextFormatSource(DataSource.newBuilder().setInlineString(text))
                .build();

        assertThat(faults(routes(answer("away").addRequestHeadersToAdd(header)).build()))
                .singleElement()
                .asString()
                .startsWith("virtual_hosts[0].routes[0].request_headers_to_add[0].header.value: expected a format");
        assertThat(faults(LocalReplyConfig.newBuilder().setBodyFormat(body).build()))
                .singleElement()
                .asString()
                .startsWith("body_format.text_format_source: expected a format");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "100%%",
                "%%REQ(x)%%",
                "%REQ(x)%",
                "in/%REQ(x%y)%",
                "%LOCAL_REPLY_BODY% (%RESPONSE_CODE%)"
            })
    void aValidFormatIsNoFault(String text) {
        HeaderValueOption header = HEADER.toBuilder()
                .setHeader(HeaderValue.newBuilder().setKey("a").setValue(text))
                .build();

        assertThat(faults(routes(answer("away").addRequestHeadersToAdd(header)).build()))
                .isEmpty();
    }

    @Test
    void anUnknownFieldMayBeTheRequiredOne() {
        Route unknown = Route.newBuilder()
                .setMatch(EVERYTHING)
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                1_000,
                                UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                        .build())
                .build();

        assertThat(faults(routes(unknown.toBuilder()).build())).isEmpty();
    }

    @Test
    void aMemberOfAOneofIsCheckedIfItIsSet() {
        Route.Builder prefix = answer("away").setMatch(RouteMatch.newBuilder().setPathSeparatedPrefix("/a/"));

        assertThat(faults(routes(prefix).build()))
                .singleElement()
                .asString()
                .startsWith("virtual_hosts[0].routes[0].match.path_separated_prefix: expected");
    }

    @Test
    void aFaultNamesTheNearestOriginAndNoValue() {
        Metadata origin = Metadata.newBuilder()
                .putFilterMetadata(
                        Origins.NAMESPACE,
                        Struct.newBuilder()
                                .putFields(Origins.ORIGIN, Origins.text("Adapter/shop/vend spec.http"))
                                .build())
                .build();

        List<ConfigurationFault> faults = ResourceGate.faults(
                routes(answer("s3cret".repeat(1_000)).setMetadata(origin)).build());

        assertThat(faults).singleElement().satisfies(fault -> {
            assertThat(fault.origin()).isEqualTo("Adapter/shop/vend spec.http");
            assertThat(fault.toString()).doesNotContain("s3cret");
        });
    }

    @Test
    void onlyPartsWithoutFaultsAreRemembered() {
        RouteConfiguration faulty =
                routes(answer("away"), answer("a".repeat(4_097))).build();
        List<String> first = faults(faulty);
        assertThat(first).hasSize(1);
        assertThat(faults(faulty)).isEqualTo(first);
        assertThat(faults(routes(answer("a".repeat(4_097))).build()))
                .containsExactly(
                        "virtual_hosts[0].routes[0].direct_response.body: expected at most 4096 bytes, not 4097");
    }

    @Test
    void whatIsRememberedIsBounded() {
        SoundParts parts = new SoundParts();
        List<RouteMatch> all = IntStream.range(0, 3_000)
                .mapToObj(i -> RouteMatch.newBuilder().setPrefix("/" + i).build())
                .toList();
        all.forEach(parts::add);
        assertThat(all.stream().filter(parts::contains).count()).isBetween(1_000L, 2_000L);
        assertThat(parts.contains(all.get(0))).isFalse();
    }
}
