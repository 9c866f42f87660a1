package dev.kitsune.envoy.route;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.config.rbac.v3.RBAC.Action;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBACPerRoute;

/** The access policy of a route, for a filter that is otherwise idle. */
final class AccessPolicy {
    private AccessPolicy() {}

    /** {@code action}: the action for requests that the policy matches; all others get the opposite action */
    static Any of(Action action, String name, Policy policy) {
        RBAC rules =
                RBAC.newBuilder().setAction(action).putPolicies(name, policy).build();
        return Any.pack(RBACPerRoute.newBuilder()
                .setRbac(io.envoyproxy
                        .envoy
                        .extensions
                        .filters
                        .http
                        .rbac
                        .v3
                        .RBAC
                        .newBuilder()
                        .setRules(rules))
                .build());
    }
}
