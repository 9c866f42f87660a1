package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kitsune.k8s.admission.SecretReferencePolicy;
import dev.kitsune.model.manifest.Kind;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Only those who may read a Secret may reference it. */
@ExtendWith(SharedApiServer.class)
@TestInstance(Lifecycle.PER_CLASS)
class SecretReferencePolicyIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KubernetesClient admin;
    private final String shop;
    private final String own;
    /** May write virtual environments and environments, and may read s0 to s29 in the namespace. */
    private final KubernetesClient reader;
    /** May write the same, and may read no Secret. */
    private final KubernetesClient writer;
    /** May write the same, and may read every Secret of the namespace. */
    private final KubernetesClient namespaceReader;
    /** May write the same, and may read s0 to s29 in all namespaces. */
    private final KubernetesClient operator;

    private final List<KubernetesClient> users;

    SecretReferencePolicyIT(ApiServer server) {
        this.admin = server.client();
        this.shop = server.newNamespace("references");
        this.own = server.newNamespace("mesh");
        this.reader = user(server, "reader");
        this.writer = user(server, "writer");
        this.namespaceReader = user(server, "namespace-reader");
        this.operator = user(server, "operator");
        this.users = List.of(reader, writer, namespaceReader, operator);
    }

    private KubernetesClient user(ApiServer server, String name) {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(server.config())
                        .withImpersonateUsername(name + "-" + shop)
                        .build())
                .build();
    }

    @BeforeAll
    void enforce() {
        grant(
                "ClusterRole",
                "writer",
                "{apiGroups: [kitsune.dev], resources: [environments, virtualenvironments],"
                        + " verbs: [create, get, update, patch, delete]}");
        for (String name : List.of("reader", "writer", "namespace-reader", "operator")) {
            bind("ClusterRoleBinding", "writer", name);
        }
        String some = "{apiGroups: [''], resources: [secrets], verbs: [get], resourceNames: ["
                + IntStream.range(0, 30).mapToObj(i -> "s" + i).collect(Collectors.joining(", ")) + "]}";
        grant("Role", "some", some);
        bind("RoleBinding", "some", "reader");
        grant("Role", "all", "{apiGroups: [''], resources: [secrets], verbs: [get]}");
        bind("RoleBinding", "all", "namespace-reader");
        grant("ClusterRole", "some", some);
        bind("ClusterRoleBinding", "some", "operator");
        SecretReferencePolicy.resources(own)
                .forEach(resource -> admin.resource(resource).serverSideApply());
        // The API server enforces a policy a moment after it was written.
        await().atMost(PATIENCE).untilAsserted(() -> assertThatThrownBy(() -> tryToCreate(writer, references(1)))
                .hasMessageContaining("you may not read the Secret s0"));
    }

    private void grant(String kind, String name, String rule) {
        admin.resource("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: %s
                metadata: {name: %s-%s, namespace: %s}
                rules: [%s]
                """.formatted(kind, name, shop, kind.startsWith("Cluster") ? "" : shop, rule))
                .serverSideApply();
    }

    private void bind(String kind, String role, String user) {
        admin.resource("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: %s
                metadata: {name: %s-%s-%s, namespace: %s}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: %s, name: %s-%s}
                subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: %s-%s}]
                """.formatted(
                                kind,
                                role,
                                user,
                                shop,
                                kind.startsWith("Cluster") ? "" : shop,
                                kind.replace("Binding", ""),
                                role,
                                shop,
                                user,
                                shop))
                .serverSideApply();
    }

    @AfterAll
    void end() {
        SecretReferencePolicy.resources(own)
                .forEach(resource -> admin.resource(resource).delete());
        users.forEach(KubernetesClient::close);
    }

    @AfterEach
    void deleteObjects() {
        admin.genericKubernetesResources(Kind.API_VERSION, "VirtualEnvironment")
                .inNamespace(shop)
                .delete();
    }

    private static String references(int count) {
        return references(IntStream.range(0, count).mapToObj(i -> "s" + i).toArray(String[]::new));
    }

    /** Returns the data with a reference to each Secret. */
    private static String references(String... secrets) {
        return "data: {variables: {greeting: Hello}, secrets: {"
                + IntStream.range(0, secrets.length)
                        .mapToObj(i -> "k" + i + ": {secretRef: {name: " + secrets[i] + ", key: token}}")
                        .collect(Collectors.joining(", "))
                + "}}";
    }

    private String virtualEnvironment(String data) {
        return """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: %s, namespace: %s}
                spec: {environment: dev, %s}
                """.formatted(shop, shop, data);
    }

    private void tryToCreate(KubernetesClient user, String data) {
        user.resource(virtualEnvironment(data)).dryRun().create();
    }

    private void write(KubernetesClient user, String data) {
        user.resource(virtualEnvironment(data)).forceConflicts().serverSideApply();
    }

    private void tryToCreateEnvironment(KubernetesClient user, String spec) {
        user.resource("""
                apiVersion: kitsune.dev/v1alpha1
                kind: Environment
                metadata: {name: %s}
                spec: {%s}
                """.formatted(shop, spec)).dryRun().create();
    }

    private static AbstractThrowableAssert<?, ?> refused(Write write) {
        return assertThatThrownBy(write::run)
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                        .isEqualTo(403));
    }

    /** Something that the API server refuses. */
    @FunctionalInterface
    private interface Write {
        void run();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 23, 24})
    void upToTwentyFourReferencesAreCheckedOneByOne(int count) {
        tryToCreate(reader, references(count));
    }

    @Test
    void moreThanTwentyFourNeedTheRightToReadAllSecretsOfTheNamespace() {
        refused(() -> tryToCreate(reader, references(25)))
                .hasMessageContaining(
                        "this VirtualEnvironment adds 25 references to Secrets, and one change can add 24 by"
                                + " somebody who may not get all Secrets in namespace " + shop
                                + ": add them in several steps, or ask for the right");

        tryToCreate(namespaceReader, references(25));
    }

    @Test
    void referencesCanBeAddedInSeveralSteps() {
        write(reader, references(24));
        write(reader, references(29));
    }

    @Test
    void whoMayNotReadASecretMayNotReferenceIt() {
        refused(() -> tryToCreate(writer, references("stripe")))
                .hasMessageContaining("you may not read the Secret stripe in namespace " + shop
                        + ", which this VirtualEnvironment references: ask for the right to get it");
        refused(() -> tryToCreate(writer, references("stripe", "stripe-fix")))
                .hasMessageContaining("you may not read the Secret stripe or the Secret stripe-fix in namespace");
        tryToCreate(writer, "data: {variables: {greeting: Hello}}");
        tryToCreate(writer, "components: {cart: c1}");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 11, 22, 23})
    void oneForbiddenSecretAmongOthersIsEnough(int which) {
        String[] secrets = IntStream.range(0, 24).mapToObj(i -> "s" + i).toArray(String[]::new);
        secrets[which] = "foreign";

        refused(() -> tryToCreate(reader, references(secrets))).hasMessageContaining("the Secret foreign");
    }

    @Test
    void aChangeWithoutNewReferencesNeedsNoRight() {
        write(admin, references(25));

        write(writer, references(25).replace("Hello", "Howdy"));
        write(writer, references(24));
        write(writer, references(24).replace("key: token", "key: other"));
        write(writer, references(24).replace("k3:", "renamed:"));
        refused(() -> write(writer, references(24).replace("name: s3,", "name: s25,")))
                .hasMessageContaining("the Secret s25");
    }

    @Test
    void anEnvironmentIsReadInAllNamespaces() {
        tryToCreateEnvironment(operator, references(24));
        refused(() -> tryToCreateEnvironment(operator, references(25)))
                .hasMessageContaining("this Environment adds 25 references to Secrets")
                .hasMessageContaining("who may not get all Secrets in all namespaces");
        refused(() -> tryToCreateEnvironment(reader, references(1)))
                .hasMessageContaining(
                        "you may not read the Secret s0 in all namespaces, which this Environment references");
        tryToCreateEnvironment(admin, references(30));
        tryToCreateEnvironment(writer, "children: Nobody");
    }

    @Test
    void theKeysForTokensAreReadInKitsunesNamespace() {
        String keys = "selection: {type: Token, jwks: {secretRef: {name: s1}}}";

        tryToCreateEnvironment(operator, keys);
        tryToCreateEnvironment(operator, references(24) + ", " + keys);
        refused(() -> tryToCreateEnvironment(writer, keys))
                .hasMessageContaining("you may not read the Secret s1 in namespace " + own
                        + ", which spec.selection.jwks references: ask for the right to get it");
    }
}
