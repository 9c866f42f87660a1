package dev.kitsune.k8s.distill;

import dev.kitsune.model.snapshot.ComponentVersion;
import java.util.Comparator;

/** A component version in a namespace. An app may move, and leaves its Deployments behind. */
record DistillKey(String namespace, ComponentVersion version) implements Comparable<DistillKey> {
    private static final Comparator<DistillKey> ORDER =
            Comparator.comparing(DistillKey::namespace).thenComparing(DistillKey::version);

    static DistillKey of(DeployedVersion deployed) {
        return new DistillKey(deployed.key().namespace(), deployed.version());
    }

    @Override
    public int compareTo(DistillKey other) {
        return ORDER.compare(this, other);
    }
}
