package dev.kitsune.model.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.snapshot.Overlay.SecretSource;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SecretPlacesTest {
    /**
     * A secret of an Environment is in the namespace of each virtual environment that uses it. A secret of a virtual
     * environment is in that one's own namespace, also for its children.
     */
    @Test
    void looksSecretsUpWhereTheDesignSays() {
        Mesh mesh = Mesh.ofKubernetes()
                .secret("shop", "stripe", "token", "1")
                .secret("team", "own", "token", "2")
                .file("base.yaml", Shop.ENVIRONMENT, Shop.DEPLOYMENT, Shop.MAIN)
                .file(
                        "x.yaml",
                        Shop.object(
                                "VirtualEnvironment",
                                "team",
                                "mid",
                                "parent: main, data: {secrets: {own: {secretRef: {name: own, key: token}}}}"),
                        Shop.object("VirtualEnvironment", "far", "leaf", "parent: mid"))
                .resolve();

        assertThat(place(mesh, "main", "stripeKey")).isEqualTo("shop/stripe[token] true");
        assertThat(place(mesh, "mid", "stripeKey")).isEqualTo("team/stripe[token] false");
        assertThat(place(mesh, "leaf", "stripeKey")).isEqualTo("far/stripe[token] false");
        assertThat(place(mesh, "leaf", "own")).isEqualTo("team/own[token] true");

        mesh.secret("far", "stripe", "token", "3").resolve();

        assertThat(place(mesh, "leaf", "stripeKey")).isEqualTo("far/stripe[token] true");
        assertThat(place(mesh, "mid", "stripeKey")).isEqualTo("team/stripe[token] false");
    }

    private static String place(Mesh mesh, String virtualEnvironment, String name) {
        SecretSource source = Objects.requireNonNull(
                mesh.virtualEnvironment(virtualEnvironment).overlay().secrets().get(name));
        return source.location() + " " + source.present();
    }
}
