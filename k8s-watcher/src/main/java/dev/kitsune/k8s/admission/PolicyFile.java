package dev.kitsune.k8s.admission;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;

/** A policy with its binding, as a file of the program. */
record PolicyFile(String name) {
    List<HasMetadata> resources() {
        return parse(text());
    }

    static List<HasMetadata> parse(String yaml) {
        Collection<HasMetadata> read = new KubernetesSerialization().unmarshal(yaml);
        return List.copyOf(read);
    }

    String text() {
        try (InputStream yaml = PolicyFile.class.getResourceAsStream(name)) {
            if (yaml == null) {
                throw new IllegalStateException("the policy " + name + " is missing in the program");
            }
            return new String(yaml.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
