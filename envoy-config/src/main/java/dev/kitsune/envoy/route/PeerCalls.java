package dev.kitsune.envoy.route;

import com.google.protobuf.Any;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.model.manifest.Platform.Egress;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.PeerIdentity;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.config.rbac.v3.RBAC.Action;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBACPerRoute;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who calls whom, if proxies use TLS among each other. */
final class PeerCalls {
    private PeerCalls() {}

    /** Returns the identity with which a caller calls; null without TLS. */
    static @Nullable PeerIdentity caller(PeerIdentity caller, SnapshotView view) {
        return view.mesh().uses() ? caller : null;
    }

    static @Nullable PeerIdentity caller(ComponentName caller, SnapshotView view) {
        return caller(new PeerIdentity(caller), view);
    }

    /**
     * Lets only those in who may call a component. The rule belongs to the routes, and not to the listener, so that it can
     * change without an end of connections.
     */
    static void on(RouteConfiguration.Builder routes, ComponentName callee, SnapshotView view) {
        if (view.mesh().accepts()) {
            RBAC.Builder rules = RBAC.newBuilder().setAction(Action.ALLOW);
            Policy.Builder policy =
                    Policy.newBuilder().addPermissions(Permission.newBuilder().setAny(true));
            callers(callee, view).forEach(caller -> policy.addPrincipals(principal(caller)));
            if (policy.getPrincipalsCount() > 0) {
                rules.putPolicies("callers", policy.build());
            }
            var filter = io.envoyproxy
                    .envoy
                    .extensions
                    .filters
                    .http
                    .rbac
                    .v3
                    .RBAC
                    .newBuilder()
                    .setRules(rules);
            routes.putTypedPerFilterConfig(
                    WireNames.PEERS_FILTER,
                    Any.pack(RBACPerRoute.newBuilder().setRbac(filter).build()));
        }
    }

    private static List<StringMatcher> callers(ComponentName callee, SnapshotView view) {
        return view.platform().egress() == Egress.Any
                ? List.of(StringMatcher.newBuilder()
                        .setPrefix(PeerIdentity.SCHEME)
                        .build())
                : view.callers(callee).stream()
                        .map(PeerIdentity::uri)
                        .sorted()
                        .map(uri -> StringMatcher.newBuilder().setExact(uri).build())
                        .toList();
    }

    private static Principal principal(StringMatcher identity) {
        return Principal.newBuilder()
                .setAuthenticated(Principal.Authenticated.newBuilder().setPrincipalName(identity))
                .build();
    }
}
