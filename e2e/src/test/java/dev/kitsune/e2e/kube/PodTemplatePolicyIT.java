package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kitsune.k8s.admission.PodTemplatePolicy;
import dev.kitsune.model.manifest.Kind;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

/** Only those who may create Deployments may write a template of pods. */
@ExtendWith(SharedApiServer.class)
@TestInstance(Lifecycle.PER_CLASS)
class PodTemplatePolicyIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TEMPLATE = "template: {spec: {containers: [{name: app, image: IMAGE}]}}";

    private final KubernetesClient admin;
    private final String shop;
    /** May write app deployments. */
    private final KubernetesClient writer;
    /** May write app deployments, and create Deployments. */
    private final KubernetesClient deployer;

    PodTemplatePolicyIT(ApiServer server) {
        this.admin = server.client();
        this.shop = server.newNamespace("templates");
        this.writer = user(server, "writer");
        this.deployer = user(server, "deployer");
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
        grant("writer", "{apiGroups: [kitsune.dev], resources: [appdeployments], verbs: [create, get, update, patch]}");
        grant("deployer", "{apiGroups: [apps], resources: [deployments], verbs: [create]}");
        bind("writer", "writer");
        bind("writer", "deployer");
        bind("deployer", "deployer");
        PodTemplatePolicy.resources()
                .forEach(resource -> admin.resource(resource).serverSideApply());
        // The API server enforces a policy a moment after it was written.
        AtomicInteger attempts = new AtomicInteger();
        await().atMost(PATIENCE)
                .untilAsserted(() -> refused(() -> write(writer, "c1", "image-" + attempts.incrementAndGet())));
        deleteObjects();
    }

    private void grant(String role, String rule) {
        admin.resource("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: %s, namespace: %s}
                rules: [%s]
                """.formatted(role, shop, rule)).serverSideApply();
    }

    private void bind(String role, String user) {
        admin.resource("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: %1$s-%2$s, namespace: %3$s}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: %1$s}
                subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: %2$s-%3$s}]
                """.formatted(role, user, shop)).serverSideApply();
    }

    @AfterAll
    void end() {
        PodTemplatePolicy.resources()
                .forEach(resource -> admin.resource(resource).delete());
        writer.close();
        deployer.close();
    }

    @AfterEach
    void deleteObjects() {
        admin.genericKubernetesResources(Kind.API_VERSION, "AppDeployment")
                .inNamespace(shop)
                .delete();
    }

    private void write(KubernetesClient user, String version, String image) {
        writeCart(user, "shop", "{version: " + version + ", " + TEMPLATE.replace("IMAGE", image) + "}");
    }

    private void writeCart(KubernetesClient user, String app, String cart) {
        user.resource("""
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: shop-1, namespace: %s}
                spec: {app: %s, components: {front: {version: f1}, cart: %s}}
                """.formatted(shop, app, cart)).forceConflicts().serverSideApply();
    }

    private void refused(ThrowingCallable write) {
        assertThatThrownBy(write)
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                        .isEqualTo(403))
                .hasMessageContaining("you may not create Deployments in namespace " + shop
                        + ", and the template of a component makes one: ask for the right, or leave the template out");
    }

    @Test
    void whoMayCreateDeploymentsMayWriteATemplate() {
        write(deployer, "c1", "a");
        write(deployer, "c2", "b");
    }

    @Test
    void whoMayNotMayWriteTheRest() {
        writeCart(writer, "shop", "{version: c1}");
        refused(() -> write(writer, "c1", "a"));
    }

    @Test
    void aTemplateThatWasThereBeforeIsNotAskedAbout() {
        write(deployer, "c1", "a");

        writeCart(writer, "shop", "{version: c1, variables: {greeting: {}}, " + TEMPLATE.replace("IMAGE", "a") + "}");
        refused(() -> write(writer, "c1", "b"));
        refused(() -> write(writer, "c2", "a"));
        refused(() -> writeCart(
                writer, "other", "{version: c1, variables: {greeting: {}}, " + TEMPLATE.replace("IMAGE", "a") + "}"));
        writeCart(writer, "shop", "{version: c2}");
    }
}
