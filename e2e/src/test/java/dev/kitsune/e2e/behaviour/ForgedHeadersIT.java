package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import dev.kitsune.e2e.app.Credential;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An app never receives forged values of Kitsune's headers, whatever the entry of a request. */
class ForgedHeadersIT {
    /** The headers in several spellings. Some occur twice, because a careless check would miss the second one. */
    private static final List<String> NAMES = List.of(
            "kitsune-var-greeting",
            "kitsune-var-greeting",
            "Kitsune-Var-Greeting",
            "kitsune-var-other",
            "kitsune-var_greeting",
            "kitsune_var_greeting",
            "kitsune_var-greeting",
            "KITSUNE_VAR_x",
            "kitsune-secret-key",
            "kitsune-secret-other",
            "kitsune_secret_key",
            "kitsune-secret_key",
            "kitsune_env",
            "kitsune_scope",
            "kitsune-scope");

    private static final String OWN_KEY = Credential.shorten("key-of-green");

    @TempDir
    static Path temp;

    private static Mesh mesh;

    @BeforeAll
    static void start() throws Exception {
        mesh = LiveShop.mesh(temp);
        mesh.folder()
                .edit(
                        "shop.yaml",
                        "payments: {type: Adapter}}",
                        "payments: {type: Adapter}}\n      secrets: {key: {required: true}}");
        LiveShop.addGreen(mesh.folder());
        mesh.start(EnvoyBinary.find(System.err::println));
    }

    @AfterAll
    static void stop() {
        mesh.close();
    }

    @Test
    void forgedHeadersAreRemovedAtTheGateway() throws Exception {
        assertThat(kitsuneHeaders(forged(mesh.client(), "http://shop.localhost/")))
                .isEqualTo(headersForFrontend());
    }

    @Test
    void forgedHeadersAreRemovedAtASidecar() throws Exception {
        assertThat(kitsuneHeaders(forged(mesh.callerOf("frontend"), "http://frontend/")))
                .isEqualTo(headersForFrontend());
    }

    @Test
    void forgedHeadersAreRemovedBetweenApps() throws Exception {
        Answer answer = forged(mesh.appOf("frontend"), "http://cart/");
        assertThat(answer.component()).isEqualTo("cart@c2");
        assertThat(kitsuneHeaders(answer)).isEqualTo(Map.of("kitsune-env", List.of("green")));
    }

    @Test
    void forgedHeadersAreRemovedFromCallsThatLeaveTheMesh() throws Exception {
        Answer answer = forged(mesh.appOf("frontend"), "http://payments/");
        assertThat(kitsuneHeaders(answer))
                .as("the context does not leave the mesh")
                .isEmpty();
        assertThat(answer.credential()).isEqualTo(Credential.shorten("Bearer key-of-green"));
        assertThat(answer.received("authorization")).hasSize(1);
    }

    private static Map<String, List<String>> headersForFrontend() {
        return ImmutableMap.of(
                "kitsune-env", List.of("green"),
                "kitsune-var-greeting", List.of("Green"),
                "kitsune-secret-key", List.of(OWN_KEY));
    }

    private static Answer forged(GatewayClient client, String url) throws Exception {
        Call call = Call.get(url).in(new VirtualEnvironmentName("green"));
        for (String name : NAMES) {
            call = call.with(name, name.endsWith("scope") ? "gw/main" : "forged");
        }
        call = call.with("authorization", "Bearer forged").with("authorization", "Bearer forged-too");
        Answer answer = client.send(call);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer;
    }

    /** Returns all of Kitsune's headers that the app or API received. */
    private static Map<String, List<String>> kitsuneHeaders(Answer answer) {
        Map<String, List<String>> found = new TreeMap<>();
        answer.body().path("headers").fieldNames().forEachRemaining(name -> {
            if (name.startsWith("kitsune")) {
                found.put(name, answer.received(name));
            }
        });
        return found;
    }
}
