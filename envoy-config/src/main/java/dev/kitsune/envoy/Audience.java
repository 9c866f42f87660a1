package dev.kitsune.envoy;

import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.SnapshotView;
import java.util.List;

/**
 * The proxies that may have the same resources, under the same names. For a sidecar, the rights and the context of its
 * workload stand in place of the workload's name. A thousand sidecars of one component version therefore are one
 * audience, unless their workloads, ports or bootstraps differ.
 */
public sealed interface Audience permits Proxy.GatewayProxy, Proxy.GrpcProxy, Audience.Sidecars {
    Proxy.Scopes scopes();

    static Audience of(Proxy proxy, SnapshotView view) {
        if (proxy instanceof Proxy.SidecarProxy sidecar) {
            return new Sidecars(
                    sidecar.component(),
                    WorkloadScope.of(sidecar, view),
                    sidecar.inboundAddress(),
                    sidecar.inboundPort(),
                    sidecar.outboundPort(),
                    sidecar.appPort(),
                    sidecar.bootstrap());
        }
        return proxy instanceof Proxy.GatewayProxy gateway ? gateway : (Proxy.GrpcProxy) proxy;
    }

    /** Sidecars of one component version whose workloads have the same rights and the same context. */
    record Sidecars(
            ComponentVersion component,
            WorkloadScope workload,
            String inboundAddress,
            int inboundPort,
            int outboundPort,
            int appPort,
            Proxy.BootstrapSettings bootstrap)
            implements Audience {
        @Override
        public Proxy.Scopes scopes() {
            return bootstrap.scopes();
        }

        public List<String> inlineHeaders() {
            return bootstrap.inlineHeaders();
        }

        public Proxy.CallCapture capture() {
            return bootstrap.capture();
        }

        public Proxy.CredentialsBy credentials() {
            return bootstrap.credentials();
        }
    }
}
