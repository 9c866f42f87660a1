package dev.kitsune.envoy.route;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.config.rbac.v3.RBAC.Action;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBACPerRoute;

/** What a route asks of its requests, for the filter that lets others pass. */
final class AccessPolicy {
    private AccessPolicy() {}

    /** {@code action}: what becomes of those that the policy holds for; of the others the opposite */
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
