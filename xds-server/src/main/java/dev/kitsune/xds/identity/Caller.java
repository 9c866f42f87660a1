package dev.kitsune.xds.identity;

import dev.kitsune.envoy.Proxy.UnknownProxyException;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.Context;

/** Who makes a call. */
public sealed interface Caller {
    /** Nobody needs to say who he is. */
    Caller ANYONE = new Unidentified();

    /** The caller of the call of this thread. */
    Context.Key<Caller> CURRENT = Context.keyWithDefault("caller", ANYONE);

    /** Returns the caller of the call of this thread. */
    static Caller current() {
        return CURRENT.get();
    }

    /** Returns the Node of the proxy that is served to this caller, who describes itself by the Node. */
    Node served(Node described) throws CallRefusedException, UnknownProxyException;

    /** Its Node is believed. */
    record Unidentified() implements Caller {
        @Override
        public Node served(Node described) {
            return described;
        }
    }

    /**
     * Its credentials say who it is. Its Node describes only its ports and its bootstrap.
     *
     * @param id is unique in the mesh, and stands in place of the Node's
     * @param standing ends when these rights do
     */
    record Identified(String id, ProxyRights rights, CallerStanding standing) implements Caller {
        @Override
        public Node served(Node described) throws CallRefusedException, UnknownProxyException {
            return rights.applied(described.toBuilder().setId(id).build());
        }
    }
}
