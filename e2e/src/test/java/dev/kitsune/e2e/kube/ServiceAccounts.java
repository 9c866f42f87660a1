package dev.kitsune.e2e.kube;

import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;

/** The service accounts of pods. Without its controllers, an API server makes none by itself. */
final class ServiceAccounts {
    static final String DEFAULT = "default";

    /** By which Kitsune recognises gateways. */
    static final String GATEWAY = "kitsune-gateway";

    private ServiceAccounts() {}

    static void create(ApiServer server, String namespace, String name) {
        server.client()
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(namespace)
                        .endMetadata()
                        .build())
                .serverSideApply();
    }
}
