package dev.kitsune.k8s.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.k8s.identity.ReviewedToken.OfPod;
import dev.kitsune.k8s.identity.ReviewedToken.Wrong;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatusBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterTokenApiTest {
    private static final String NAME = "authentication.kubernetes.io/pod-name";
    private static final String UID = "authentication.kubernetes.io/pod-uid";
    private static final Map<String, List<String>> POD = Map.of(NAME, List.of("front-1"), UID, List.of("u1"));

    private static TokenReviewStatus status(
            boolean authenticated, List<String> audiences, String user, Map<String, List<String>> extra) {
        return new TokenReviewStatusBuilder()
                .withAuthenticated(authenticated)
                .withAudiences(audiences)
                .withNewUser()
                .withUsername(user)
                .withExtra(extra)
                .endUser()
                .build();
    }

    @Test
    void thePodIsReadFromTheAnswer() {
        assertThat(ClusterTokenApi.read(status(true, List.of("kitsune"), "system:serviceaccount:shop:default", POD)))
                .isEqualTo(new OfPod("shop", "front-1", "u1", "default"));
    }

    @Test
    void whatTheApiServerDoesNotSayProvesNothing() {
        String account = "system:serviceaccount:shop:default";
        List<String> kitsune = List.of("kitsune");
        assertThat(ClusterTokenApi.read(null)).isInstanceOf(Wrong.class);
        assertThat(ClusterTokenApi.read(status(false, kitsune, account, POD))).isInstanceOf(Wrong.class);
        assertThat(ClusterTokenApi.read(status(true, List.of(), account, POD))).isInstanceOf(Wrong.class);
        assertThat(ClusterTokenApi.read(status(true, List.of("api"), account, POD)))
                .isInstanceOf(Wrong.class);
        assertThat(ClusterTokenApi.read(status(true, kitsune, "admin", POD))).isInstanceOf(Wrong.class);
        assertThat(ClusterTokenApi.read(status(true, kitsune, account, Map.of(NAME, List.of("front-1")))))
                .isInstanceOf(Wrong.class);
        assertThat(ClusterTokenApi.read(status(
                        true, kitsune, account, Map.of(NAME, List.of("front-1", "front-2"), UID, List.of("u1")))))
                .isInstanceOf(Wrong.class);
    }
}
