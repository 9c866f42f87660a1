package dev.kitsune.model.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.ResolvedSelection.SelectedByToken;
import dev.kitsune.model.snapshot.ResolvedSelection.UnusableSelection;
import dev.kitsune.model.snapshot.SnapshotKey.SelectionKey;
import dev.kitsune.model.snapshot.SnapshotKey.SelectionsKey;
import org.junit.jupiter.api.Test;

class SelectionsTest {
    private static final String TOKEN = "selection: {type: Token, jwks: {secretRef: {name: keys}}, header: X-Token}";
    private static final String PUBLIC = """
            {"keys": [{"kty": "EC", "crv": "P-256", "kid": "one",
             "x": "XHHCkEaMGr9IVMN05_vxvmiO_poPqF7UxMcTWFeQxic", "y": "Y2HnzEDPxg8GOdMUK1Oq_b5Ob9LpuSyUqgUrlGltxiM"},
             {"kty": "OKP", "crv": "X25519", "kid": "two", "x": "MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE"}]}
            """;

    private static Mesh mesh(String policy) {
        return Mesh.ofFolder()
                .file("kind.yaml", Shop.object("Environment", "", "prod", policy))
                .file("live.yaml", Shop.virtualEnvironment("live", "environment: prod"))
                .resolveFresh();
    }

    @Test
    void anEnvironmentThatEveryoneMaySelectHasNoPolicy() {
        assertThat(mesh("").snapshot().selections()).isEmpty();
    }

    @Test
    void onlyKeysThatEnvoySupportsArePassedOn() {
        Mesh mesh = mesh(TOKEN).secret("", "keys", "jwks.json", PUBLIC).resolve();

        assertThat(mesh.snapshot().selection("prod")).isInstanceOfSatisfying(SelectedByToken.class, token -> {
            assertThat(token.jwks()).contains("one").doesNotContain("two");
            assertThat(token.header()).isEqualTo("x-token");
        });
    }

    @Test
    void onlyChangedKeysChangeThePolicy() {
        Mesh mesh = mesh(TOKEN).secret("", "keys", "jwks.json", PUBLIC).resolve();

        mesh.secret("", "keys", "jwks.json", PUBLIC.replace("one", "three")).resolve();
        assertThat(mesh.resolution().changed()).contains(new SelectionKey("prod"), new SelectionsKey());

        mesh.secret("", "else", "jwks.json", PUBLIC).resolve();
        assertThat(mesh.resolution().changed()).doesNotContain(new SelectionKey("prod"), new SelectionsKey());
    }

    @Test
    void theSecretOfAPolicyHasNoNamespace() {
        Mesh mesh = Mesh.ofKubernetes()
                .file("kind.yaml", Shop.object("Environment", "", "prod", TOKEN))
                .secret("shop", "keys", "jwks.json", PUBLIC)
                .resolveFresh();

        assertThat(mesh.snapshot().selection("prod")).isInstanceOf(UnusableSelection.class);
    }

    /** A running control plane holds an object that another one needs, see {@code ReleasingTest}. */
    @Test
    void theVirtualEnvironmentsOfADeletedEnvironmentAreNotServed() {
        Mesh mesh = mesh("selection: {type: Nobody}");

        mesh.delete("kind.yaml").resolve();
        assertThat(mesh.snapshot().virtualEnvironment(new VirtualEnvironmentName("live")))
                .isNull();
        assertThat(mesh.snapshot().selections()).isEmpty();
        assertThat(mesh.resolution().problems()).extracting(Problem::code).containsOnly(ProblemCode.MissingEnvironment);
    }
}
