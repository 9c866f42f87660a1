package dev.kitsune.k8s.distill;

import dev.kitsune.model.snapshot.ComponentVersion;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The labels and annotations of the Deployments that Kitsune makes. */
final class DistilledLabels {
    /** Whoever takes this label away takes the Deployment over. */
    static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    static final String OWNER = "kitsune";

    static final String INJECT = "kitsune.dev/inject";
    static final String ENABLED = "enabled";

    /** Tells the template that a Deployment was made from. */
    static final String TEMPLATE = "kitsune.dev/template";

    /** Since when nobody uses it. */
    static final String UNUSED_SINCE = "kitsune.dev/unused-since";

    private static final String APP = "kitsune.dev/app";
    private static final String COMPONENT = "kitsune.dev/component";
    private static final String VERSION = "kitsune.dev/version";

    private DistilledLabels() {}

    /** Returns the labels by which pods belong to a component version. */
    static Map<String, String> of(ComponentVersion version) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(APP, version.name().app());
        labels.put(COMPONENT, version.name().component());
        labels.put(VERSION, version.version());
        return labels;
    }

    /** Returns null if the labels are not those of a component version. */
    static @Nullable ComponentVersion version(Map<?, ?> labels) {
        if (labels.get(APP) instanceof String app
                && labels.get(COMPONENT) instanceof String component
                && labels.get(VERSION) instanceof String version) {
            return new ComponentVersion(app, component, version);
        }
        return null;
    }
}
