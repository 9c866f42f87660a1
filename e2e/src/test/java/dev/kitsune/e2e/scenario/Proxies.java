package dev.kitsune.e2e.scenario;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.Workload;
import dev.kitsune.model.snapshot.ComponentVersion;
import java.util.Map;
import java.util.TreeMap;

/** Returns the gateway and the sidecar of every workload, with ports that depend on the written ones. */
final class Proxies {
    private Proxies() {}

    /**
     * Returns the sidecars by the names of their workloads, and the gateway by its own name. The gateway has a port for
     * TLS if the Platform has certificates. If there are Services,
     * sidecars capture the calls to them.
     */
    static Map<String, Proxy> of(Catalog catalog) {
        Map<String, Proxy> proxies = new TreeMap<>();
        boolean tls = catalog.manifests().values().stream()
                .anyMatch(manifest -> manifest.spec() instanceof Platform platform
                        && platform.gateway().tls() != null);
        proxies.put("gateway", new Proxy.GatewayProxy("127.0.0.1", 18080, tls ? 18443 : null, Proxy.Scopes.ON_DEMAND));
        boolean captured = catalog.manifests().keySet().stream().anyMatch(key -> key.kind() == Kind.Service);
        for (Manifest<?> manifest : catalog.manifests().values()) {
            if (manifest.spec() instanceof Workload workload) {
                int port = workload.endpoints().get(0).port();
                proxies.put(
                        manifest.key().name(),
                        new Proxy.SidecarProxy(
                                        new ComponentVersion(workload.app(), workload.component(), workload.version()),
                                        manifest.key().name(),
                                        "127.0.0.1",
                                        port,
                                        port + 200,
                                        port + 400,
                                        Proxy.Scopes.ON_DEMAND)
                                .with(captured ? Proxy.CallCapture.TRANSPARENT : Proxy.CallCapture.EXPLICIT));
            }
        }
        return proxies;
    }
}
