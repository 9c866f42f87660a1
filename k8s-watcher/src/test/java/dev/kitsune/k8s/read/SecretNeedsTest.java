package dev.kitsune.k8s.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.Kind;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import org.junit.jupiter.api.Test;

class SecretNeedsTest {
    private static final String REFERENCE = "data: {secrets: {key: {secretRef: {name: stripe, key: token}}}}";

    private final SecretNeeds needs = new SecretNeeds();

    private void has(Kind kind, GenericKubernetesResource resource) {
        ReadResource read = ReadResource.of(kind, resource);
        assertThat(read.problems()).isEmpty();
        needs.update(read.key(), read.manifest());
    }

    private void environment(String name, String spec) {
        has(Kind.Environment, Yaml.environment(name, "{" + spec + "}"));
    }

    private void virtualEnvironment(String namespace, String name, String spec) {
        has(Kind.VirtualEnvironment, Yaml.virtualEnvironment(namespace, name, "{" + spec + "}"));
    }

    private void remove(Kind kind, GenericKubernetesResource resource) {
        needs.update(ResourceObjects.key(kind, resource.getMetadata()), null);
    }

    @Test
    void onlyANamespaceThatReferencesSecretsNeedsThem() {
        environment("dev", "");
        virtualEnvironment("shop", "main", "environment: dev, " + REFERENCE);
        virtualEnvironment("other", "fix", "parent: main");

        assertThat(needs.namespaces()).containsExactly("shop");
    }

    @Test
    void anEnvironmentReferencesSecretsOfEachNamespaceThatUsesIt() {
        virtualEnvironment("shop", "main", "environment: dev");
        virtualEnvironment("other", "fix", "parent: main");
        virtualEnvironment("third", "alone", "environment: test");
        assertThat(needs.namespaces()).isEmpty();

        environment("dev", REFERENCE);
        assertThat(needs.namespaces()).containsExactlyInAnyOrder("shop", "other");

        environment("dev", "");
        assertThat(needs.namespaces()).isEmpty();
    }

    @Test
    void aDescendantFollowsTheChangesOfItsAncestors() {
        environment("dev", REFERENCE);
        environment("test", "");
        virtualEnvironment("third", "grandchild", "parent: child");
        virtualEnvironment("other", "child", "parent: main");
        assertThat(needs.namespaces()).isEmpty();

        virtualEnvironment("shop", "main", "environment: dev");
        assertThat(needs.namespaces()).containsExactlyInAnyOrder("shop", "other", "third");

        virtualEnvironment("shop", "main", "environment: test");
        assertThat(needs.namespaces()).isEmpty();
    }

    /** A Stable release serves what it has frozen, although its virtual environment references nothing any more. */
    @Test
    void aStableReleaseMayReferenceSecretsThatItsManifestDoesNot() {
        environment("prod", "releasePolicy: {type: Stable}");
        virtualEnvironment("shop", "main", "environment: prod");
        virtualEnvironment("other", "test", "environment: dev");

        assertThat(needs.namespaces()).containsExactly("shop");
    }

    @Test
    void aCycleOfParentsEnds() {
        environment("dev", REFERENCE);
        virtualEnvironment("a", "one", "parent: two");
        virtualEnvironment("b", "two", "parent: one");
        assertThat(needs.namespaces()).isEmpty();

        virtualEnvironment("b", "two", "parent: one, environment: dev");
        assertThat(needs.namespaces()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aDeletedVirtualEnvironmentNeedsNothing() {
        environment("dev", REFERENCE);
        virtualEnvironment("shop", "main", "environment: dev");
        virtualEnvironment("shop", "fix", "parent: main, " + REFERENCE);

        remove(Kind.VirtualEnvironment, Yaml.virtualEnvironment("shop", "main", "{environment: dev}"));
        assertThat(needs.namespaces()).containsExactly("shop");

        remove(Kind.VirtualEnvironment, Yaml.virtualEnvironment("shop", "fix", "{parent: main}"));
        assertThat(needs.namespaces()).isEmpty();
    }

    @Test
    void keysForTokensBelongToTheMesh() {
        environment("dev", "selection: {type: Token, jwks: {secretRef: {name: token-keys}}}");
        virtualEnvironment("shop", "main", "environment: dev");
        assertThat(needs.namespaces()).isEmpty();
        assertThat(needs.ofTheMesh()).containsExactly("token-keys");

        environment("dev", "");
        assertThat(needs.ofTheMesh()).isEmpty();
    }

    @Test
    void certificatesOfGatewaysBelongToTheMesh() {
        has(
                Kind.Platform,
                Yaml.resource(
                        "Platform",
                        "",
                        "kitsune",
                        "{gateway: {tls: {certificates: [{secretRef: {name: shop-tls}}]}}}"));
        assertThat(needs.ofTheMesh()).containsExactly("shop-tls");
        assertThat(needs.takeChanged()).isTrue();
        assertThat(needs.namespaces()).isEmpty();

        has(Kind.Platform, Yaml.resource("Platform", "", "kitsune", "{}"));
        assertThat(needs.ofTheMesh()).isEmpty();
    }
}
