package dev.kitsune.k8s.crd;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The custom resource definitions of this version of Kitsune, one for each kind that a cluster holds. */
public final class CustomResourceDefinitions {
    /** The order in which people meet the kinds. */
    private static final List<String> FILES =
            List.of("platform", "environment", "virtualenvironment", "appdeployment", "adapter", "releasemanifest");

    private CustomResourceDefinitions() {}

    public static List<CustomResourceDefinition> all() {
        return FILES.stream().map(CustomResourceDefinitions::read).toList();
    }

    private static CustomResourceDefinition read(String file) {
        try (InputStream yaml = CustomResourceDefinitions.class.getResourceAsStream(file + ".yaml")) {
            if (yaml == null) {
                throw new IllegalStateException("the definition " + file + ".yaml is missing in the program");
            }
            return Serialization.unmarshal(yaml, CustomResourceDefinition.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
