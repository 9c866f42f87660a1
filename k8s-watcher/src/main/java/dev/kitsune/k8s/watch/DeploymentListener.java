package dev.kitsune.k8s.watch;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;

/** Hears of the Deployments of some namespaces, in order. Those of one namespace come one call at a time. */
public interface DeploymentListener {
    /** These are all of a namespace. */
    void listed(String namespace, List<GenericKubernetesResource> all);

    /** A Deployment was added or changed. */
    void put(GenericKubernetesResource deployment);

    void removed(GenericKubernetesResource deployment);

    /** Those of a namespace cannot be listed now. {@code why}: the end of a sentence */
    void refused(String namespace, String why);
}
