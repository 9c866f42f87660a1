package dev.kitsune.k8s.admission;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/** The admission policy that lets only those reference a Secret who may read it, with its binding. */
public final class SecretReferencePolicy {
    private static final PolicyFile FILE = new PolicyFile("secret-references.yaml");

    /** It stands in the file for Kitsune's own namespace. */
    private static final String OWN_NAMESPACE = "kitsune-system";

    private SecretReferencePolicy() {}

    /** {@code ownNamespace}: of Kitsune, which holds the Secrets with keys for tokens */
    public static List<HasMetadata> resources(String ownNamespace) {
        return PolicyFile.parse(FILE.text().replace(OWN_NAMESPACE, ownNamespace));
    }
}
