package dev.kitsune.k8s.authority;

import java.util.Map;

/** The labels of objects that Kitsune makes by itself. */
final class OwnLabels {
    static final Map<String, String> ALL =
            Map.of("app.kubernetes.io/name", "kitsune", "app.kubernetes.io/managed-by", "kitsune");

    private OwnLabels() {}
}
