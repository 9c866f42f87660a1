package dev.kitsune.k8s.admission;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;

/** The admission policy that lets only those reference a Secret who may read it, with its binding. */
public final class SecretReferencePolicy {
    private static final String FILE = "secret-references.yaml";

    /** It stands in the file for Kitsune's own namespace. */
    private static final String OWN_NAMESPACE = "kitsune-system";

    private SecretReferencePolicy() {}

    /** {@code ownNamespace}: of Kitsune, which holds the Secrets with keys for tokens */
    public static List<HasMetadata> resources(String ownNamespace) {
        Collection<HasMetadata> read =
                new KubernetesSerialization().unmarshal(text().replace(OWN_NAMESPACE, ownNamespace));
        return List.copyOf(read);
    }

    private static String text() {
        try (InputStream yaml = SecretReferencePolicy.class.getResourceAsStream(FILE)) {
            if (yaml == null) {
                throw new IllegalStateException("the policy " + FILE + " is missing in the program");
            }
            return new String(yaml.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
