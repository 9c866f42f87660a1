package dev.kitsune.xds.identity;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.GatewayProxy;
import dev.kitsune.envoy.Proxy.GrpcProxy;
import dev.kitsune.envoy.Proxy.SidecarProxy;
import dev.kitsune.envoy.Proxy.UnknownProxyException;
import dev.kitsune.model.snapshot.ComponentVersion;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** Which proxy a caller may be. */
public sealed interface ProxyRights {
    /** Returns the Node with everything that follows from the rights in place of what it says itself. */
    Node applied(Node described) throws CallRefusedException, UnknownProxyException;

    /** It may be a gateway. */
    record GatewayRights() implements ProxyRights {
        @Override
        public Node applied(Node described) throws CallRefusedException, UnknownProxyException {
            if (Proxy.of(described) instanceof GatewayProxy) {
                return described;
            }
            throw refusal("gateway", described, "gateway");
        }

        @Override
        public String toString() {
            return "a gateway";
        }
    }

    /**
     * It may be the sidecar of one workload, or its app itself.
     *
     * @param workload as that of a {@link SidecarProxy}
     */
    record WorkloadRights(
            ComponentVersion component, @Nullable String workload) implements ProxyRights {
        @Override
        public Node applied(Node described) throws CallRefusedException, UnknownProxyException {
            Proxy proxy = Proxy.of(described);
            if (proxy instanceof SidecarProxy || proxy instanceof GrpcProxy) {
                return Proxy.asWorkload(described, component, workload);
            }
            throw refusal("workload of " + component, described, "sidecar");
        }

        @Override
        public String toString() {
            return "a workload of " + component + (workload == null ? "" : " (" + workload + ")");
        }
    }

    private static CallRefusedException refusal(String allowed, Node described, String role) {
        return new CallRefusedException(Status.PERMISSION_DENIED.withDescription("the credentials of "
                + described.getId() + " are those of a " + allowed
                + ", but its bootstrap has another role: make the bootstrap with `kitsune bootstrap --role " + role
                + "`, or give it other credentials"));
    }
}
