package dev.kitsune.k8s.read;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.utils.Serialization;

/** Objects as an API server gives them. */
final class Yaml {
    private Yaml() {}

    static GenericKubernetesResource resource(String kind, String namespace, String name, String spec) {
        return resource(kind, namespace, name, 1, spec);
    }

    static GenericKubernetesResource resource(
            String kind, String namespace, String name, long generation, String spec) {
        return Serialization.unmarshal(
                """
                apiVersion: kitsune.dev/v1alpha1
                kind: %s
                metadata:
                  name: %s
                  namespace: %s
                  uid: uid-of-%s
                  generation: %d
                  creationTimestamp: "2026-11-30T10:00:00Z"
                  labels: {team: a}
                spec: %s
                """.formatted(kind, name, namespace, name, generation, spec), GenericKubernetesResource.class);
    }

    static GenericKubernetesResource environment(String name, String spec) {
        GenericKubernetesResource environment = resource("Environment", "none", name, spec);
        environment.getMetadata().setNamespace(null);
        return environment;
    }

    static GenericKubernetesResource virtualEnvironment(String namespace, String name, String spec) {
        return resource("VirtualEnvironment", namespace, name, spec);
    }

    static Pod pod(String text) {
        return Serialization.unmarshal(text, Pod.class);
    }

    static Namespace namespace(String name, String labels) {
        return Serialization.unmarshal(
                "---\n{apiVersion: v1, kind: Namespace, metadata: {name: %s, labels: %s}}".formatted(name, labels),
                Namespace.class);
    }

    /** {@code data}: in base64 */
    static Secret secret(String namespace, String name, String data) {
        return Serialization.unmarshal(
                "---\n{apiVersion: v1, kind: Secret, metadata: {name: %s, namespace: %s}, data: %s}"
                        .formatted(name, namespace, data),
                Secret.class);
    }
}
