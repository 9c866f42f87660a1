package dev.kitsune.k8s.admission;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/** The admission policy that lets only those write a template of pods who may create Deployments, with its binding. */
public final class PodTemplatePolicy {
    private PodTemplatePolicy() {}

    public static List<HasMetadata> resources() {
        return new PolicyFile("pod-templates.yaml").resources();
    }
}
