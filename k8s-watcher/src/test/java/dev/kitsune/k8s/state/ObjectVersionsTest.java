package dev.kitsune.k8s.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.k8s.read.StoredVersion;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.read.ManifestReader;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ObjectVersionsTest {
    private static final ObjectKey KEY = new ObjectKey(Kind.VirtualEnvironment, "shop", "fix");

    private final ObjectVersions versions = new ObjectVersions();
    private @Nullable Map<String, Object> lastGood;

    private static Manifest<?> manifest(String parent) {
        return ManifestReader.read(
                        "test",
                        "{apiVersion: kitsune.dev/v1alpha1, kind: VirtualEnvironment,"
                                + " metadata: {name: fix, namespace: shop}, spec: {parent: " + parent + "}}")
                .manifests()
                .get(0);
    }

    /** The resource is watched with a text and with what was written into its status. */
    private void see(long generation, String parent, boolean readable) {
        GenericKubernetesResource resource = new GenericKubernetesResource();
        resource.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("fix")
                .withUid("a")
                .withGeneration(generation)
                .build());
        resource.setAdditionalProperty("spec", Map.of("parent", parent));
        if (lastGood != null) {
            resource.setAdditionalProperty("status", new HashMap<>(Map.of("lastGood", lastGood)));
        }
        versions.see(resource, StoredVersion.of(KEY, resource), readable ? manifest(parent) : null);
    }

    private void isWritten() {
        ObjectText wanted = versions.wanted();
        lastGood = wanted == null ? null : wanted.stored();
    }

    private void wants(long generation, String parent) {
        assertThat(Objects.requireNonNull(versions.wanted()).stored())
                .isEqualTo(Map.of("generation", generation, "spec", Map.of("parent", parent)));
    }

    @Test
    void aValidObjectNeedsNothing() {
        see(1, "main", true);
        versions.judged(manifest("main"), false);

        assertThat(versions.wanted()).isNull();
        assertThat(versions.isOutdated()).isFalse();
    }

    @Test
    void theTextBeforeAnInvalidOneIsStoredUntilTheObjectIsMended() {
        see(1, "main", true);
        versions.judged(manifest("main"), false);
        see(2, "nobody", true);
        assertThat(versions.isOutdated()).as("before it is judged").isFalse();
        versions.judged(manifest("main"), true);
        wants(1, "main");
        assertThat(versions.isOutdated()).isTrue();

        isWritten();
        see(2, "nobody", true);
        assertThat(versions.isOutdated()).isFalse();

        see(3, "none", true);
        assertThat(versions.isOutdated())
                .as("it stays while the next text is judged")
                .isFalse();
        versions.judged(manifest("main"), true);
        assertThat(versions.isOutdated()).isFalse();

        see(4, "other", true);
        versions.judged(manifest("other"), false);
        assertThat(versions.wanted()).isNull();
        assertThat(versions.isOutdated()).isTrue();
    }

    @Test
    void aTextThatCannotBeReadNeedsTheOneBeforeAtOnce() {
        see(1, "main", true);
        versions.judged(manifest("main"), false);
        see(2, "-", false);

        wants(1, "main");
    }

    @Test
    void aTextThatMeansTheLastGoodOneNeedsNoJudgement() {
        see(1, "main", true);
        versions.judged(manifest("main"), false);
        see(2, "nobody", true);
        versions.judged(manifest("main"), true);
        isWritten();
        see(2, "nobody", true);

        see(3, "main", true);

        assertThat(versions.wanted()).isNull();
        assertThat(versions.isOutdated()).isTrue();
    }

    @Test
    void theNextProcessBeginsWithWhatTheStatusSays() {
        lastGood = Map.of("generation", 1, "spec", Map.of("parent", "main"));
        see(2, "nobody", true);
        assertThat(versions.isOutdated()).isFalse();

        versions.judged(manifest("main"), true);

        assertThat(versions.isOutdated()).isFalse();
    }

    /** The holder before has seen a text that this process has not. */
    @Test
    void aNewerLastGoodVersionOfAnotherProcessCounts() {
        see(1, "main", true);
        versions.judged(manifest("main"), false);
        see(3, "nobody", true);
        versions.judged(manifest("main"), true);

        lastGood = Map.of("generation", 2, "spec", Map.of("parent", "base"));
        see(3, "nobody", true);

        wants(2, "base");
        assertThat(versions.isOutdated()).isFalse();
    }

    @Test
    void aLateJudgementFindsTheTextThatItIsAbout() {
        see(1, "main", true);
        see(2, "base", true);
        see(3, "nobody", true);

        versions.judged(manifest("base"), false);
        versions.judged(manifest("base"), true);

        wants(2, "base");
    }
}
