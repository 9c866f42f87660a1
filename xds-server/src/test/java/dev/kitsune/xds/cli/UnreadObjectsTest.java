package dev.kitsune.xds.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.k8s.read.ClusterState;
import dev.kitsune.k8s.read.SecretList;
import dev.kitsune.k8s.watch.Cluster;
import dev.kitsune.k8s.watch.ClusterContent;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.problem.Problem;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What `kitsune check --namespace shop` says to a user with few rights. */
class UnreadObjectsTest {
    private static final String REFUSED = "they cannot be listed";

    private final ClusterState state = new ClusterState("kitsune");
    private final Map<Kind, List<GenericKubernetesResource>> objects = new EnumMap<>(Kind.class);
    private final Set<String> partly = new HashSet<>();

    @BeforeEach
    void begin() {
        ClusterState.KINDS.forEach(kind -> objects.put(kind, new ArrayList<>()));
        state.pods().list(List.of());
        state.namespaces().list(List.of());
        state.services().list(List.of());
        has(Kind.Environment, "", "dev", "{}");
    }

    private void has(Kind kind, String namespace, String name, String spec) {
        objects.computeIfAbsent(kind, of -> new ArrayList<>())
                .add(Serialization.unmarshal(
                        """
                        apiVersion: kitsune.dev/v1alpha1
                        kind: %s
                        metadata: {name: %s, namespace: "%s", uid: %s, generation: 1, creationTimestamp: "2026-01-01T00:00:00Z"}
                        spec: %s
                        """.formatted(kind, name, namespace, name, spec), GenericKubernetesResource.class));
    }

    private void onlyInShop(Kind... kinds) {
        for (Kind kind : kinds) {
            partly.add(ClusterContent.list(kind));
        }
    }

    private List<String> told() {
        objects.forEach((kind, all) -> state.resources(kind).list(all));
        state.settle();
        state.secretLists().forEach(list -> state.secrets(list).hold(REFUSED));
        ClusterContent content = new ClusterContent(state.takeReadable(), partly);
        ResolvedInput resolved = ResolvedInput.asWritten(new Cluster("test", "shop", Config.empty()), content);
        return new UnreadObjects(content, "shop")
                .told(resolved.allProblems(Instant.now()), resolved.snapshot()).stream()
                        .map(Problem::toString)
                        .toList();
    }

    @Test
    void aMirrorElsewhereIsUnknown() {
        has(Kind.AppDeployment, "shop", "one", "{app: shop, components: {cart: {version: c1}}}");
        has(
                Kind.VirtualEnvironment,
                "shop",
                "main",
                "{environment: dev, release: {apps: {shop: {appDeployment: one}}},"
                        + " mirror: [{component: cart, to: copy, percent: 10}]}");
        onlyInShop(Kind.VirtualEnvironment);
        state.pods().hold(REFUSED);

        assertThat(told())
                .hasSize(2)
                .contains("Pods warning UnreadableFile " + REFUSED)
                .anyMatch(line -> line.startsWith("VirtualEnvironment/shop/main spec.mirror[0]")
                        && line.contains(
                                " error UnusableMirror this cannot be checked, because virtual environment copy"
                                        + " is not among what you may read"));
    }

    @Test
    void aParentThatNobodyHasIsMissingForWhoeverReadsAll() {
        has(Kind.VirtualEnvironment, "shop", "fix", "{parent: main}");

        assertThat(told()).singleElement().asString().contains("there is no virtual environment main");
    }

    /** A certificate is a whole Secret, whose content nobody can judge who may not read it. */
    @Test
    void aCertificateThatMayNotBeReadCountsAsValid() {
        has(
                Kind.Adapter,
                "shop",
                "bank",
                "{http: {url: 'https://bank.example.com', tls: {clientCertificate: '{{.Secrets.cert}}'}}}");
        has(
                Kind.AppDeployment,
                "shop",
                "one",
                "{app: shop, components: {cart: {version: c1, dependencies: {bank: {type: Adapter}}}}}");
        has(
                Kind.VirtualEnvironment,
                "shop",
                "main",
                "{environment: dev, release: {apps: {shop: {appDeployment: one}}},"
                        + " data: {secrets: {cert: {secretRef: {name: bank}}}}}");
        state.pods().hold(REFUSED);

        assertThat(told())
                .containsExactlyInAnyOrder(
                        "Pods warning UnreadableFile " + REFUSED, "Secrets/shop warning UnreadableFile " + REFUSED);
    }

    @Test
    void keysOfTokensThatMayNotBeReadAreUnknown() {
        has(Kind.Environment, "", "prod", "{selection: {type: Token, jwks: {secretRef: {name: keys}}}}");

        assertThat(told()).containsExactly("Secrets/kitsune/keys warning UnreadableFile " + REFUSED);
        assertThat(state.secretLists()).containsExactly(new SecretList("kitsune", "keys"));
    }

    @Test
    void workloadsAreMissingOnlyInTheNamespaceWhosePodsAreKnown() {
        has(Kind.AppDeployment, "shop", "one", "{app: shop, components: {cart: {version: c1}}}");
        has(Kind.AppDeployment, "other", "two", "{app: other, components: {cart: {version: c2}}}");
        has(
                Kind.VirtualEnvironment,
                "shop",
                "main",
                "{environment: dev, release: {apps: {shop: {appDeployment: one}}}}");
        has(
                Kind.VirtualEnvironment,
                "other",
                "else",
                "{environment: dev, release: {apps: {other: {appDeployment: two}}}}");
        onlyInShop(Kind.Workload);

        assertThat(told())
                .singleElement()
                .asString()
                .startsWith("AppDeployment/shop/one")
                .contains("NoWorkload");
    }
}
