package dev.kitsune.k8s.inject;

import java.util.Arrays;
import java.util.List;

/** The annotations with which users say how a pod's sidecar behaves. */
enum PodAnnotation {
    APP_PORT("app-port"),
    CAPTURE("capture"),
    CAPTURE_EXCLUDE_PORTS("capture-exclude-ports"),
    CAPTURE_EXCLUDE_CIDRS("capture-exclude-cidrs"),
    /** This one and the next are read by who follows the pods. */
    ENVIRONMENT("environment"),
    ENVIRONMENTS("environments"),
    SCOPES("scopes");

    static final String PREFIX = "kitsune.dev/";

    /** Says what was injected. Only Kitsune sets it. */
    static final String INJECTED = PREFIX + "injected";

    private final String key;

    PodAnnotation(String name) {
        this.key = PREFIX + name;
    }

    String key() {
        return key;
    }

    static String field(String key) {
        return "metadata.annotations[" + key + "]";
    }

    static List<String> keys() {
        return Arrays.stream(values()).map(PodAnnotation::key).toList();
    }
}
