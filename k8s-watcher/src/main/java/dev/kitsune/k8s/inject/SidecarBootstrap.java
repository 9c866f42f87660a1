package dev.kitsune.k8s.inject;

/** Makes what the Envoy of a sidecar starts with. Equal sidecars get equal files, so that injecting is idempotent. */
@FunctionalInterface
public interface SidecarBootstrap {
    /** The folder of the token, of the authorities of the control plane, and of the files beside them. */
    String FOLDER = "/etc/kitsune";

    /** The name of the token in that folder. */
    String TOKEN = "token";

    /** The name of the authorities in that folder. */
    String AUTHORITIES = "ca.crt";

    /** Stands for the name of the pod, which the kubelet fills in. */
    String POD_NAME = "$(POD_NAME)";

    /** Stands for the namespace of the pod. */
    String POD_NAMESPACE = "$(POD_NAMESPACE)";

    SidecarFiles files(InjectedSidecar sidecar);
}
