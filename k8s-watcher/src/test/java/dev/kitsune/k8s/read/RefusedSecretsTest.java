package dev.kitsune.k8s.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RefusedSecretsTest {
    private final ClusterState state = new ClusterState("kitsune-system");

    @Test
    void theNamespacesAreThoseWhoseListsAreHeld() {
        state.secrets(SecretList.of("shop")).hold("they cannot be listed");
        state.secrets(SecretList.of("other")).list(List.of());
        state.pods().hold("they cannot be listed");

        assertThat(RefusedSecrets.in(
                        Objects.requireNonNull(state.takeReadable()).problems()))
                .containsExactly("shop");
    }
}
