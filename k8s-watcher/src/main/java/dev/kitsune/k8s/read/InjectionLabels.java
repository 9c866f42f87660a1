package dev.kitsune.k8s.read;

/** The labels and annotations of pods and namespaces that Kitsune reads. */
final class InjectionLabels {
    static final String INJECT = "kitsune.dev/inject";
    static final String ENABLED = "enabled";
    static final String DISABLED = "disabled";

    /** Kitsune's own labels come first, because Helm sets {@code version} to that of the app, which two builds share. */
    enum IdentityLabel {
        APP("app", "part-of", "the name of its app"),
        COMPONENT("component", "name", "the name of the component that it runs"),
        VERSION("version", "version", "the version of that component");

        final String own;
        final String common;
        final String meaning;

        IdentityLabel(String own, String common, String meaning) {
            this.own = "kitsune.dev/" + own;
            this.common = "app.kubernetes.io/" + common;
            this.meaning = meaning;
        }
    }

    static final String ENVIRONMENT = "kitsune.dev/environment";
    static final String ENVIRONMENTS = "kitsune.dev/environments";

    private InjectionLabels() {}
}
