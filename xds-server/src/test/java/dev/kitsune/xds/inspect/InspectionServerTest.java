package dev.kitsune.xds.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.expiry.ExpiryRow;
import dev.kitsune.xds.expiry.ExpiryRow.ExpiryState;
import dev.kitsune.xds.pipeline.ServedProblems;
import dev.kitsune.xds.pipeline.ServedState;
import dev.kitsune.xds.store.RefusedResource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pcollections.HashTreePMap;

class InspectionServerTest {
    private static final ExpiryRow EXPIRY = new ExpiryRow(
            new VirtualEnvironmentName("cart-fix"),
            ExpiryState.Served,
            new ExpiryRow.LimitsRow("3d", null),
            "2026-11-02T12:00:00Z",
            null,
            "2026-11-05T12:00:00Z",
            "idle");

    private final HttpClient client = HttpClient.newHttpClient();
    private volatile ServedState state =
            new ServedState(0, null, Set.of(), ServedProblems.NONE, HashTreePMap.empty(), null);
    private final ShopPublished published = new ShopPublished();
    private final Metrics metrics = new Metrics();
    private final InspectionServer server = start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

    InspectionServerTest() throws InspectionServer.InspectionListenException {}

    private InspectionServer start(InetSocketAddress address) throws InspectionServer.InspectionListenException {
        metrics.watch(() -> state);
        return InspectionServer.start(address, inspected());
    }

    private Inspected inspected() {
        return new Inspected(
                "/envs",
                "1.2.3",
                () -> state,
                published,
                name -> List.of(),
                key -> key.name().equals("cart-fix") ? EXPIRY : null,
                metrics);
    }

    private void publish() {
        state = new ServedState(1, Shop.snapshot(), Set.of(), Shop.problems(), HashTreePMap.empty(), null);
    }

    @AfterEach
    void stop() {
        server.close();
        metrics.close();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return get(server.port(), path);
    }

    private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    private String asHost(String host, String path) throws IOException {
        return asHost(server.port(), host, path);
    }

    private static String asHost(int port, String host, String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void onlyAddressesLoopbackNamesAndItsOwnNameAreAnswered() throws Exception {
        publish();
        for (String host : List.of(
                "localhost", "LOCALHOST.:18001", "kitsune.localhost", "127.0.0.1:18001", "[::1]:18001", "10.1.2.3")) {
            assertThat(asHost(host, "/api/environments")).as(host).startsWith("HTTP/1.1 200");
        }
        for (String host : List.of("evil.example", "evil.example:18001", "127.0.0.1.evil.example", "localhost.evil")) {
            for (String path : List.of("/", "/api/environments", "/metrics", "/nothing")) {
                assertThat(asHost(host, path))
                        .as(host + path)
                        .startsWith("HTTP/1.1 421")
                        .contains("--http")
                        .doesNotContain("greeting");
            }
        }
    }

    @Test
    void theConfiguredNameIsAnswered() {
        AllowedHosts hosts = new AllowedHosts("Kitsune.shop.example");

        assertThat(hosts.allow("kitsune.shop.example:18001")).isTrue();
        assertThat(hosts.allow("other.shop.example:18001")).isFalse();
        assertThat(hosts.allow(":::")).isFalse();
        assertThat(hosts.allow(null)).isTrue();
    }

    @Test
    void thePageRunsOnlyItsOwnScripts() throws Exception {
        HttpResponse<String> page = get("/");

        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "frame-ancestors 'none'", "script-src 'sha256-", "style-src 'sha256-")
                .doesNotContain("unsafe");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(page.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(page.body()).as("an attribute would need its own digest").doesNotContain(" style=", " onclick=\"");
    }

    private JsonNode json(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new ObjectMapper().readTree(response.body());
    }

    @Test
    void itIsHealthyAtOnceAndReadyWithTheFirstSnapshot() throws Exception {
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/api/environments").statusCode()).isEqualTo(503);

        publish();

        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        assertThat(json("/api/status").get("environments").asInt()).isEqualTo(3);
    }

    @Test
    void theHealthPortServesHealthAndMetricsToEverybodyAndNothingElse() throws Exception {
        try (HealthServer health =
                HealthServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), inspected())) {
            int port = health.port();
            assertThat(get(port, "/healthz").body()).isEqualTo("ok\n");
            assertThat(get(port, "/readyz").statusCode()).isEqualTo(503);

            publish();

            assertThat(get(port, "/readyz").body()).isEqualTo("ready\n");
            assertThat(get(port, "/metrics").body()).contains("kitsune_environments 3.0");
            assertThat(asHost(port, "kitsune.kitsune.svc:18002", "/readyz")).startsWith("HTTP/1.1 200");
            for (String path : List.of("/", "/api/status", "/api/environments", "/api/problems")) {
                assertThat(get(port, path).statusCode()).as(path).isEqualTo(404);
            }
        }
    }

    @Test
    void aVirtualEnvironmentIsShownWithTheOriginOfEverything() throws Exception {
        publish();

        JsonNode fix = json("/api/environments/cart-fix");

        assertThat(fix.get("chain"))
                .extracting(JsonNode::asText)
                .containsExactly("VirtualEnvironment/shop/cart-fix", "VirtualEnvironment/shop/main", "Environment/dev");
        assertThat(fix.at("/variables/0/value").asText()).isEqualTo("Howdy");
        assertThat(fix.at("/variables/0/origin").asText())
                .isEqualTo("VirtualEnvironment/shop/cart-fix spec.data.variables.greeting");
        assertThat(fix.at("/components/0/version").asText()).isEqualTo("4f2c1d0");
        assertThat(fix.at("/components/0/endpoints").asInt()).isEqualTo(1);
        assertThat(fix.at("/adapters/0/address").asText()).isEqualTo("https://payments.test:443/v1");
        assertThat(fix.at("/routes/0/rule").asText()).isEqualTo("Host(`shop.localhost`) && PathPrefix(`/a`)");
    }

    @Test
    void aVirtualEnvironmentWithALimitShowsItsEnd() throws Exception {
        publish();

        assertThat(json("/api/environments/cart-fix").at("/expiry/ends").asText())
                .isEqualTo("2026-11-05T12:00:00Z");
        assertThat(json("/api/environments/main").path("expiry").isNull()).isTrue();
        assertThat(json("/api/environments").at("/items/0/expiry/state").asText())
                .isEqualTo("Served");
    }

    @Test
    void aSecretIsShownByItsLocationAndNeverByItsValue() throws Exception {
        publish();

        JsonNode fix = json("/api/environments/cart-fix");

        assertThat(fix.at("/secrets/0/location").asText()).isEqualTo("stripe-fix[token]");
        assertThat(fix.at("/secrets/0/present").asBoolean()).isTrue();
        assertThat(fix.at("/adapters/0/headers/authorization").asText()).isEqualTo("secret stripe-fix[token]");
        for (String path :
                List.of("/api/environments/cart-fix", "/api/environments", "/api/components", "/metrics", "/")) {
            assertThat(get(path).body()).as(path).doesNotContain(Shop.TOKEN);
        }
    }

    @Test
    void longListsAreSearchedAndCutByTheServer() throws Exception {
        publish();

        JsonNode second = json("/api/environments?limit=1&offset=1");
        assertThat(second.get("total").asInt()).isEqualTo(3);
        assertThat(second.get("items")).hasSize(1);
        assertThat(second.at("/items/0/name").asText()).isEqualTo("main");

        JsonNode found = json("/api/environments?search=FIX");
        assertThat(found.get("total").asInt()).isEqualTo(1);
        assertThat(found.at("/items/0/components/shop~1cart/own").asBoolean()).isTrue();

        assertThat(found.at("/items/0/components/shop~1cart/served").asBoolean())
                .isTrue();
        assertThat(second.at("/items/0/components/shop~1cart/served").asBoolean())
                .isFalse();

        assertThat(get("/api/environments?limit=many").statusCode()).isEqualTo(400);
    }

    @Test
    void resourcesThatAreNotInForceAreProblemsAndRefusals() throws Exception {
        publish();
        published.refuse(new RefusedResource(
                ResourceType.CLUSTER,
                "adapter/shop/stripe/main",
                List.of("connect_timeout: expected a longer duration"),
                "Adapter/shop/stripe spec",
                true));

        JsonNode items = json("/api/problems").get("items");
        assertThat(items)
                .extracting(p -> p.get("code").asText(), p -> p.get("object").asText("-"), p -> p.get("field")
                        .asText("-"))
                .containsExactly(
                        tuple("KitsuneFault", "Adapter/shop/stripe", "spec"),
                        tuple("RefusedByProxy", "-", "-"),
                        tuple("RefusedByProxy", "-", "-"),
                        tuple("NoWorkload", "-", "spec.components.cart"));
        assertThat(items.get(0).get("message").asText())
                .contains("adapter/shop/stripe/main", "connect_timeout: expected a longer duration", "stays in force");
        JsonNode refusals = json("/api/status").get("refusals");
        assertThat(refusals)
                .extracting(JsonNode::asText)
                .containsExactly(
                        items.get(0).get("message").asText(),
                        "proxy cart-1 refuses the secret pin and keeps its earlier version: (not shown)",
                        "proxy cart-1 refuses the scope in/main and keeps its earlier version: no such thing");
    }

    @Test
    void componentsAreCountedOverAllVirtualEnvironments() throws Exception {
        publish();

        JsonNode components = json("/api/components").get("items");

        assertThat(components)
                .extracting(c -> c.get("version").asText() + " " + c.get("environments"))
                .containsExactly("4f2c1d0 1", "77aa010 2");
    }

    @Test
    void problemsHaveTheirPositionAndAreCounted() throws Exception {
        publish();

        JsonNode problem = json("/api/problems?search=noworkload").at("/items/0");

        assertThat(problem.get("file").asText()).isEqualTo("envs.yaml");
        assertThat(problem.get("severity").asText()).isEqualTo("warning");
        assertThat(get("/metrics").body())
                .contains(
                        "kitsune_problems{severity=\"warning\"} 1.0",
                        "kitsune_environments 3.0",
                        "jvm_memory_used_bytes");
    }

    @Test
    void aVirtualEnvironmentShowsItsProblems() throws Exception {
        publish();

        assertThat(json("/api/environments/main").at("/problems/0/code").asText())
                .isEqualTo("NoWorkload");
        assertThat(json("/api/environments?search=main").at("/items/1/warnings").asInt())
                .isEqualTo(1);
        assertThat(json("/api/environments/other").get("problems")).isEmpty();
    }

    @Test
    void anUnknownVirtualEnvironmentIs404() throws Exception {
        publish();

        assertThat(get("/api/environments/nowhere").statusCode()).isEqualTo(404);
    }

    @Test
    void aFaultIsShown() throws Exception {
        state = new ServedState(
                1, Shop.snapshot(), Set.of(), Shop.problems(), HashTreePMap.empty(), "resolving is broken");

        assertThat(json("/api/status").get("failure").asText()).isEqualTo("resolving is broken");
        assertThat(get("/readyz").statusCode())
                .as("the last good version is served")
                .isEqualTo(200);
    }

    @Test
    void proxiesShowTheirResourcesAndTheRefusedOnes() throws Exception {
        JsonNode proxy = json("/api/proxies").at("/items/0");

        assertThat(proxy.get("node").asText()).isEqualTo("cart-1");
        assertThat(proxy.get("component").asText()).isEqualTo("shop/cart@4f2c1d0");
        assertThat(proxy.at("/held/cluster").asInt()).isEqualTo(7);
        assertThat(proxy.at("/sync/cluster").asText()).isEqualTo("SYNCED");
        assertThat(proxy.at("/sync/scope").asText()).isEqualTo("NACK");
        assertThat(proxy.at("/sync/listener").asText()).isEqualTo("NOT_SENT");
        assertThat(proxy.get("refused"))
                .extracting(r -> r.get("type").asText(), r -> r.get("detail").asText(), r -> r.has("version"))
                .containsExactlyInAnyOrder(
                        tuple("scope", "no such thing", true),
                        // The version of a secret is not shown, because a weak secret could be guessed from the digest.
                        tuple("secret", "(not shown)", false));
        assertThat(json("/api/status").get("refused").asInt()).isEqualTo(2);
    }

    @Test
    void aResourceIsShownInEnvoysForm() throws Exception {
        assertThat(json("/api/resources/cluster").at("/items/0/name").asText()).isEqualTo("shop/cart");

        JsonNode cluster = json("/api/resources/cluster?name=shop/cart");

        assertThat(cluster.at("/resource/connect_timeout").asText()).isEqualTo("5s");
        assertThat(get("/api/resources/cluster?name=other").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"clusters", "cluster", "CLUSTERS", "cds"})
    void aTypeOfResourceHasItsShortNames(String type) throws Exception {
        assertThat(json("/api/resources/" + type).at("/items/0/type").asText()).isEqualTo("cluster");
    }

    @ParameterizedTest
    @ValueSource(strings = {"scopes", "scope", "srds", "scoped-route", "routes", "listeners", "endpoints", "secrets"})
    void everyTypeOfResourceIsFound(String type) throws Exception {
        assertThat(get("/api/resources/" + type).statusCode()).isEqualTo(200);
    }

    @Test
    void anUnknownTypeOfResourceIsAnsweredWithAllTypes() throws Exception {
        HttpResponse<String> answer = get("/api/resources/claster");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("did you mean", "cluster", "listeners, scopes, routes, clusters, endpoints");
    }

    @Test
    void aSecretResourceIsShownWithoutItsContents() throws Exception {
        String list = get("/api/resources/secret").body();
        String whole = get("/api/resources/secret?name=stripe").body();

        assertThat(list).contains("\"stripe\"");
        assertThat(whole)
                .contains("\"standIn\"")
                .doesNotContain("\"resource\"", "\"version\"", "\"bytes\"", Shop.TOKEN);
    }

    @Test
    void aUsedPortIsASentence() {
        InetSocketAddress taken = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());

        assertThatThrownBy(() -> start(taken))
                .isInstanceOf(InspectionServer.InspectionListenException.class)
                .hasMessageContaining(String.valueOf(server.port()))
                .hasMessageContaining("--http");
    }

    @Test
    void thePageLoadsNothingFromElsewhere() throws Exception {
        HttpResponse<String> page = get("/");

        assertThat(page.headers().firstValue("content-type")).contains("text/html;charset=utf-8");
        assertThat(page.body()).contains("<title>Kitsune</title>").doesNotContain("http://", "https://");
    }
}
