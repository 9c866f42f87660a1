package dev.kitsune.model.manifest;

/** The kinds of object that users write, of group {@value #GROUP}. */
public enum Kind {
    Platform(false),
    Environment(false),
    VirtualEnvironment(true),
    AppDeployment(true),
    Adapter(true),
    Workload(true);

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
}
