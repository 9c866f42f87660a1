package dev.kitsune.e2e.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kitsune.e2e.http.PlainClient;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StandInsTest {
    private static final String TOKEN = "Bearer demo-0123456789-whole";

    @Test
    void anAppAnswersWithItsRequestAndPassesItsContextOn() throws Exception {
        try (EchoApp cart = new EchoApp("cart", "2", 0, 1);
                EchoApp frontend = new EchoApp("frontend", "1", 0, cart.port())) {
            JsonNode answer = get(frontend, "/shop?call=" + encode("http://cart:80/items?a=b"), "kitsune-env", "main");

            assertThat(answer.path("component").asText()).isEqualTo("frontend");
            assertThat(answer.path("path").asText()).isEqualTo("/shop");
            JsonNode called = answer.path("calls").path(0).path("answer");
            assertThat(called.path("component").asText()).isEqualTo("cart");
            assertThat(called.path("version").asText()).isEqualTo("2");
            assertThat(called.path("path").asText()).isEqualTo("/items");
            assertThat(called.path("query").asText()).isEqualTo("a=b");
            assertThat(called.path("headers").path("host").path(0).asText()).isEqualTo("cart:80");
            assertThat(called.path("headers").path("kitsune-env").path(0).asText())
                    .isEqualTo("main");
        }
    }

    @Test
    void anAppPassesOnOnlyTheNamedHeadersAndAddsItsOwn() throws Exception {
        try (EchoApp cart = new EchoApp("cart", "2", 0, 1);
                EchoApp frontend = new EchoApp("frontend", "1", 0, cart.port())) {
            String call = "/?call=" + encode("http://cart/") + "&pass=" + encode("kitsune-var-x=mine");
            JsonNode headers = get(frontend, call, "kitsune-env", "main")
                    .path("calls")
                    .path(0)
                    .path("answer")
                    .path("headers");

            assertThat(headers.has("kitsune-env")).isFalse();
            assertThat(headers.path("kitsune-var-x").path(0).asText()).isEqualTo("mine");
        }
    }

    @Test
    void onlyTheDigestOfAShortCredentialIsShown() {
        assertThat(Credential.shorten("tiny")).startsWith("#").doesNotContain("tiny");
        assertThat(Credential.shorten("tiny")).isNotEqualTo(Credential.shorten("tiny2"));
    }

    @Test
    void theCredentialIsShownShortenedAndNeverWhole() throws Exception {
        try (PaymentApi api = new PaymentApi("payments", 0);
                EchoApp frontend = new EchoApp("frontend", "1", 0, api.port())) {
            JsonNode answer =
                    get(frontend, "/?call=" + encode("http://pay/v1") + "&pass=authorization", "authorization", TOKEN);

            assertThat(answer.toString()).doesNotContain("0123456789").doesNotContain("whole");
            JsonNode called = answer.path("calls").path(0).path("answer");
            assertThat(called.path("api").asText()).isEqualTo("payments");
            assertThat(called.path("credential").asText())
                    .isEqualTo(Credential.shorten(TOKEN))
                    .startsWith("Bearer demo...#");
            assertThat(api.requests()).isEqualTo(1);
        }
    }

    private static JsonNode get(EchoApp app, String path, String header, String value) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + app.port() + path))
                .header(header, value)
                .build();
        return SeenRequest.JSON.readTree(
                PlainClient.create().send(request, BodyHandlers.ofString()).body());
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
