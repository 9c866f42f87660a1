package dev.kitsune.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.e2e.http.Answer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The kubelet renews the token of a pod, and its sidecar goes on. This takes twelve minutes, so it must be asked for. */
@EnabledIfSystemProperty(
        named = "kitsune.rotation",
        matches = "true",
        disabledReason = "it takes twelve minutes: set the system property kitsune.rotation to true")
class RotatedTokenIT {
    /** The shortest life that Kubernetes gives to a token. The kubelet renews it after four fifths of it. */
    private static final Duration LIFE = Duration.ofMinutes(10);

    private static final Duration PATIENCE = LIFE.plusMinutes(3);

    /** Of the sidecar. */
    private static final String VOLUME = "kitsune";

    private NodeMesh mesh;

    @BeforeEach
    void start() throws Exception {
        mesh = NodeMesh.start();
    }

    @AfterEach
    void stop() {
        mesh.close();
    }

    @Test
    void theSidecarGoesOnWhenItsTokenIsRenewed() throws Exception {
        mesh.apply(NodeShop.OBJECTS);
        mesh.client()
                .resource(withShortToken(NodeShop.pod("cart-1", "cart", "c1", "")))
                .create();
        mesh.apply(NodeShop.pod("frontend-1", "frontend", "f1", ""));
        mesh.awaitReady("cart-1", "frontend-1");
        awaitGreeting("Hello");
        String since = mesh.streamSince("cart-1");
        assertThat(since).isNotEmpty();
        String first = token();
        Instant end = expiry(first);
        assertThat(end).isBefore(Instant.now().plus(LIFE).plusSeconds(1));

        mesh.eventually(PATIENCE, () -> assertThat(token()).isNotEqualTo(first));
        mesh.eventually(PATIENCE, () -> assertThat(Instant.now()).isAfter(end));

        // The stream that the first token has opened goes on.
        greet("Bonjour");
        awaitGreeting("Bonjour");
        assertThat(mesh.streamSince("cart-1")).isEqualTo(since);

        // The next stream needs the second token.
        mesh.stopKitsune();
        mesh.startKitsune();
        mesh.eventually(() -> assertThat(mesh.streamSince("cart-1")).isNotEmpty());
        greet("Ciao");
        awaitGreeting("Ciao");
        assertThat(mesh.pod("cart-1").require().getStatus().getInitContainerStatuses())
                .allSatisfy(status -> assertThat(status.getRestartCount()).isZero());
    }

    /** Returns the pod with its sidecar, whose token lives for a shorter time than injected ones. */
    private Pod withShortToken(String yaml) {
        Pod injected = mesh.client()
                .pods()
                .inNamespace(NodeMesh.SHOP)
                .resource(Serialization.unmarshal(yaml, Pod.class))
                .dryRun(true)
                .create();
        return new PodBuilder(injected)
                .editMetadata()
                .withUid(null)
                .withResourceVersion(null)
                .withCreationTimestamp(null)
                .endMetadata()
                .editSpec()
                .editMatchingVolume(volume -> volume.getName().equals(VOLUME))
                .editProjected()
                .editFirstSource()
                .editServiceAccountToken()
                .withExpirationSeconds(LIFE.toSeconds())
                .endServiceAccountToken()
                .endSource()
                .endProjected()
                .endVolume()
                .endSpec()
                .withStatus(null)
                .build();
    }

    private String token() throws IOException {
        return mesh.file(mesh.pod("cart-1").require(), VOLUME, "token");
    }

    private static Instant expiry(String token) throws IOException {
        byte[] claims = Base64.getUrlDecoder().decode(token.split("\\.", 3)[1]);
        return Instant.ofEpochSecond(
                new ObjectMapper().readTree(claims).path("exp").asLong());
    }

    private void greet(String greeting) {
        mesh.apply(NodeShop.OBJECTS.replace("greeting: Hello", "greeting: " + greeting));
    }

    private void awaitGreeting(String greeting) {
        mesh.eventually(() -> {
            Answer answer = mesh.gateway().send(NodeShop.call("main", "http://cart/"));
            assertThat(answer.body().at("/body/headers/kitsune-var-greeting/0").asText())
                    .isEqualTo(greeting);
        });
    }
}
