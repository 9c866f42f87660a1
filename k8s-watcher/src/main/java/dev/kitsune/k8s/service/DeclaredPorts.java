package dev.kitsune.k8s.service;

import dev.kitsune.model.manifest.Adapter;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.Manifest;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The ports at which apps expect what an object declares, by the name that they call. */
final class DeclaredPorts {
    private static final int HTTP = 80;

    private DeclaredPorts() {}

    static Map<String, Integer> of(@Nullable Manifest<?> manifest) {
        Map<String, Integer> ports = new HashMap<>();
        if (manifest != null && manifest.spec() instanceof AppDeployment deployment) {
            deployment.components().keySet().forEach(component -> ports.put(component, HTTP));
        } else if (manifest != null && manifest.spec() instanceof Adapter adapter) {
            Integer port = adapter.target() instanceof Adapter.Tcp tcp ? tcp.listen() : Integer.valueOf(HTTP);
            if (port != null) {
                ports.put(manifest.key().name(), port);
            }
        }
        return ports;
    }
}
