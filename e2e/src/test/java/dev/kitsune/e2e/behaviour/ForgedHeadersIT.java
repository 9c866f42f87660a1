package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import dev.kitsune.e2e.app.Credential;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.mesh.Mesh;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of the headers that only Kitsune may write an app sees those that Kitsune wrote, wherever a request comes in. */
class ForgedHeadersIT {
    /** In several spellings; some twice, as the second of two is what careless checks overlook. */
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
    void atTheGateway() throws Exception {
        assertThat(kitsunes(forged(mesh.client(), "http://shop.localhost/"))).isEqualTo(whatFrontendIsGiven());
    }

    @Test
    void atASidecarPastTheGateway() throws Exception {
        assertThat(kitsunes(forged(mesh.callerOf("frontend"), "http://frontend/")))
                .isEqualTo(whatFrontendIsGiven());
    }

    @Test
    void fromAnAppToAnother() throws Exception {
        Answer answer = forged(mesh.appOf("frontend"), "http://cart/");
        assertThat(answer.component()).isEqualTo("cart@c2");
        assertThat(kitsunes(answer)).isEqualTo(Map.of("kitsune-env", List.of("green")));
    }

    @Test
    void fromAnAppOutOfTheMesh() throws Exception {
        Answer answer = forged(mesh.appOf("frontend"), "http://payments/");
        assertThat(kitsunes(answer)).as("the context stays in the mesh").isEmpty();
        assertThat(answer.credential()).isEqualTo(Credential.shorten("Bearer key-of-green"));
        assertThat(answer.received("authorization")).hasSize(1);
    }

    private static Map<String, List<String>> whatFrontendIsGiven() {
        return ImmutableMap.of(
                "kitsune-env", List.of("green"),
                "kitsune-var-greeting", List.of("Green"),
                "kitsune-secret-key", List.of(OWN_KEY));
    }

    private static Answer forged(GatewayClient client, String url) throws Exception {
        Call call = Call.get(url).in("green");
        for (String name : NAMES) {
            call = call.with(name, name.endsWith("scope") ? "gw/main" : "forged");
        }
        call = call.with("authorization", "Bearer forged").with("authorization", "Bearer forged-too");
        Answer answer = client.send(call);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer;
    }

    /** Every header under our names that the app or API got. */
    private static Map<String, List<String>> kitsunes(Answer answer) {
        Map<String, List<String>> found = new TreeMap<>();
        answer.body().path("headers").fieldNames().forEachRemaining(name -> {
            if (name.startsWith("kitsune")) {
                found.put(name, answer.received(name));
            }
        });
        return found;
    }
}
