package dev.kitsune.k8s.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.manifest.Workload;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.read.ReadResult;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PodWorkloadTest {
    private static final String IDENTITY =
            "kitsune.dev/app: shop, kitsune.dev/component: cart, kitsune.dev/version: c1";
    private static final String READY =
            "{phase: Running, podIP: 10.1.2.3, conditions: [{type: Ready, status: \"True\"}]}";

    private static ReadResult read(String labels, String more, String status) {
        return PodWorkload.read(facts(labels, more, status), false);
    }

    private static PodFacts facts(String labels, String more, String status) {
        return PodFacts.of(Yaml.pod("""
                apiVersion: v1
                kind: Pod
                metadata: {name: cart-1, namespace: shop, labels: {%s}%s}
                spec: {hostNetwork: %s}
                status: %s
                """.formatted(labels, more, more.contains("host"), status)));
    }

    private static ReadResult enabled(String labels, String more, String status) {
        return read("kitsune.dev/inject: enabled, " + labels, more, status);
    }

    private static Workload workload(ReadResult read) {
        assertThat(read.problems()).isEmpty();
        return (Workload) read.manifests().get(0).spec();
    }

    @Test
    void aReadyPodIsAWorkloadWithAnEndpoint() {
        ReadResult read = enabled(IDENTITY, "", READY);

        assertThat(workload(read))
                .isEqualTo(new Workload(
                        "shop", "cart", "c1", List.of(new Workload.Endpoint("10.1.2.3", 15406)), null, null, null));
        assertThat(read.manifests().get(0).key()).isEqualTo(new ObjectKey(Kind.Workload, "shop", "cart-1"));
        assertThat(read.manifests().get(0).position()).hasToString("Pod/shop/cart-1");
    }

    @Test
    void aPodThatIsNotReadyHasNoEndpoint() {
        String starting = "{phase: Running, podIP: 10.1.2.3, conditions: [{type: Ready, status: \"False\"}]}";

        assertThat(workload(enabled(IDENTITY, "", starting)).endpoints()).isEmpty();
        assertThat(workload(enabled(IDENTITY, "", "{}")).endpoints()).isEmpty();
        assertThat(workload(enabled(IDENTITY, "", "{phase: Pending}")).endpoints())
                .isEmpty();
    }

    @Test
    void aPodThatIsBeingDeletedHasNoEndpoint() {
        String deleted = ", deletionTimestamp: \"2026-11-30T10:00:00Z\"";

        assertThat(workload(enabled(IDENTITY, deleted, READY)).endpoints()).isEmpty();
    }

    @Test
    void aFinishedPodDoesNotExist() {
        for (String phase : List.of("Succeeded", "Failed")) {
            ReadResult read = enabled(IDENTITY, "", "{phase: " + phase + "}");
            assertThat(read.manifests()).isEmpty();
            assertThat(read.problems()).isEmpty();
        }
    }

    @Test
    void theLabelOfThePodDecidesBeforeThatOfItsNamespace() {
        PodFacts silent = facts(IDENTITY, "", READY);
        PodFacts disabled = facts("kitsune.dev/inject: disabled, " + IDENTITY, "", READY);

        assertThat(PodWorkload.read(silent, false).manifests()).isEmpty();
        assertThat(PodWorkload.read(silent, true).manifests()).hasSize(1);
        assertThat(PodWorkload.read(disabled, true).manifests()).isEmpty();
        assertThat(PodWorkload.read(disabled, true).problems()).isEmpty();
    }

    @Test
    void aMistypedLabelIsAProblem() {
        assertThat(read("kitsune.dev/inject: \"true\", " + IDENTITY, "", READY).problems())
                .extracting(Problem::toString)
                .containsExactly("Pod/shop/cart-1 metadata.labels[kitsune.dev/inject] error InvalidValue"
                        + " metadata.labels[kitsune.dev/inject] cannot be \"true\"; expected one of disabled, enabled");
    }

    @Test
    void commonLabelsCountEachWhereKitsunesIsMissing() {
        Workload workload = workload(enabled(
                "app.kubernetes.io/part-of: shop, app.kubernetes.io/name: cart, app.kubernetes.io/version: \"1.0\","
                        + " kitsune.dev/version: c1",
                "",
                READY));

        assertThat(workload.app()).isEqualTo("shop");
        assertThat(workload.component()).isEqualTo("cart");
        assertThat(workload.version()).isEqualTo("c1");
    }

    @Test
    void everyMissingLabelIsNamed() {
        assertThat(enabled("kitsune.dev/app: shop", "", READY).problems())
                .extracting(Problem::toString)
                .containsExactly(
                        "Pod/shop/cart-1 metadata.labels[kitsune.dev/component] error MissingField a pod with a sidecar"
                                + " needs the label kitsune.dev/component, or app.kubernetes.io/name: the name of the"
                                + " component that it runs",
                        "Pod/shop/cart-1 metadata.labels[kitsune.dev/version] error MissingField a pod with a sidecar"
                                + " needs the label kitsune.dev/version, or app.kubernetes.io/version: the version of"
                                + " that component");
    }

    @Test
    void aMalformedLabelIsAProblemInTheWordsOfFiles() {
        ReadResult read = enabled(
                "kitsune.dev/app: Shop_1, kitsune.dev/component: cart, app.kubernetes.io/version: c1", "", READY);

        assertThat(read.manifests()).isEmpty();
        assertThat(read.problems())
                .singleElement()
                .asString()
                .startsWith("Pod/shop/cart-1 metadata.labels[kitsune.dev/app] error InvalidValue"
                        + " metadata.labels[kitsune.dev/app]: expected a DNS label")
                .endsWith("found \"Shop_1\"");
    }

    @Test
    void annotationsNameItsEnvironments() {
        Workload workload = workload(enabled(
                IDENTITY,
                ", annotations: {kitsune.dev/environments: \"dev, test\", kitsune.dev/environment: main}",
                READY));

        assertThat(workload.environments()).isEqualTo(Set.of("dev", "test"));
        assertThat(workload.virtualEnvironment()).isEqualTo(new VirtualEnvironmentName("main"));
    }

    @Test
    void aMalformedAnnotationIsAProblem() {
        assertThat(enabled(IDENTITY, ", annotations: {kitsune.dev/environments: \"dev,,test\"}", READY)
                        .problems())
                .singleElement()
                .asString()
                .startsWith("Pod/shop/cart-1 metadata.annotations[kitsune.dev/environments] error InvalidValue");
    }

    @Test
    void aPodInTheNetworkOfItsNodeIsRefused() {
        ReadResult read = enabled(IDENTITY, ", annotations: {host: \"\"}", READY);

        assertThat(read.manifests()).isEmpty();
        assertThat(read.problems())
                .singleElement()
                .asString()
                .startsWith(
                        "Pod/shop/cart-1 spec.hostNetwork error InvalidValue the pod shares the network of its node");
    }
}
