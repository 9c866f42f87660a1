package dev.kitsune.model.manifest;

/** The kinds of object that users write, of group {@value #GROUP}. */
public enum Kind {
    Platform(false),
    Environment(false),
    VirtualEnvironment(true),
    AppDeployment(true),
    Adapter(true),
    /** In a cluster, pods are the workloads. */
    Workload(true),
    /** In a cluster, its own Services. */
    Service(true);

    public static final String GROUP = "kitsune.dev";
    public static final String VERSION = "v1alpha1";
    public static final String API_VERSION = GROUP + "/" + VERSION;

    private final boolean namespaced;

    Kind(boolean namespaced) {
        this.namespaced = namespaced;
    }

    public boolean namespaced() {
        return namespaced;
    }

    /** Whether a cluster has a custom resource of this kind. It has objects of its own in place of the others. */
    public boolean isCustomResource() {
        return this != Workload && this != Service;
    }
}
