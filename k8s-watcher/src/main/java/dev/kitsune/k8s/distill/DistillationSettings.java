package dev.kitsune.k8s.distill;

import java.time.InstantSource;
import java.util.Set;

/**
 * How pods are distilled.
 *
 * @param namespaces in which Kitsune may make Deployments
 * @param clock tells how long nobody has used a version
 */
public record DistillationSettings(Set<String> namespaces, InstantSource clock) {
    public DistillationSettings {
        namespaces = Set.copyOf(namespaces);
    }
}
