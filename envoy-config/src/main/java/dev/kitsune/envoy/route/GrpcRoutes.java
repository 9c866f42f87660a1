package dev.kitsune.envoy.route;

import com.google.protobuf.util.Durations;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.model.manifest.Dependency;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.Choice;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction.MaxStreamDuration;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * The routes of a gRPC client without a sidecar. It does not support scopes, so one table holds all virtual
 * environments. There is a route for each choice of a version, which matches the names of all virtual environments with
 * this choice. A refused call goes to a cluster without endpoints. It fails at once and reports the cluster's name.
 */
public final class GrpcRoutes {
    private GrpcRoutes() {}

    static RouteConfiguration of(RouteName.GrpcRouteName name, Dependency dependency, SnapshotView view) {
        Platform.Context context = view.platform().context();
        String header = context.header();
        SortedMap<VirtualEnvironmentName, Choice> choices = view.choices(name.callee());
        choices.values().removeIf(choice -> !name.mayActFor(choice.environment()));
        List<Route> routes = new ArrayList<>(unfollowed(context));
        // Most calls belong to these, so their route comes first.
        Choice own = choices.get(name.virtualEnvironment());
        if (own != null) {
            routes.add(route(own, absent(header), dependency));
            routes.add(route(own, exact(header, name.virtualEnvironment().value()), dependency));
        }
        shared(choices).entrySet().stream()
                .sorted(Comparator.comparingInt(choice -> choice.getValue().size()))
                .forEach(choice -> routes.add(route(choice.getKey(), anyOf(header, choice.getValue()), dependency)));
        routes.add(refusal(ClusterName.RefusedClusterName.RefusalReason.UNKNOWN_ENVIRONMENT));
        return configuration(name.toString(), routes);
    }

    /** For a name that is no declared dependency of the client. */
    public static RouteConfiguration undeclared(String name) {
        return configuration(
                name, List.of(refusal(ClusterName.RefusedClusterName.RefusalReason.UNDECLARED_DEPENDENCY)));
    }

    /** In place of routes that may not be published. */
    static RouteConfiguration atFault(String name) {
        return configuration(name, List.of(refusal(ClusterName.RefusedClusterName.RefusalReason.FAULT_OF_KITSUNE)));
    }

    private static RouteConfiguration configuration(String name, List<Route> routes) {
        return RouteConfiguration.newBuilder()
                .setName(name)
                .addVirtualHosts(Routes.anyHost("dialled", routes))
                .build();
    }

    /** Refuses calls that only a sidecar can route. Otherwise the call would go to another virtual environment. */
    private static List<Route> unfollowed(Platform.Context context) {
        List<Route> routes = new ArrayList<>();
        routes.add(refusal(
                ClusterName.RefusedClusterName.RefusalReason.APP_DEPLOYMENT_NEEDS_SIDECAR,
                present(context.deploymentHeader())));
        if (context.baggage()) {
            routes.add(refusal(
                    ClusterName.RefusedClusterName.RefusalReason.ENVIRONMENT_IN_BAGGAGE_ALONE,
                    absent(context.header()),
                    text("baggage", StringMatcher.newBuilder().setContains(context.header() + "="))));
        }
        return routes;
    }

    /** Returns the names of the virtual environments by their choice. */
    private static Map<Choice, List<VirtualEnvironmentName>> shared(SortedMap<VirtualEnvironmentName, Choice> choices) {
        Map<Choice, List<VirtualEnvironmentName>> shared = new LinkedHashMap<>();
        choices.forEach((name, choice) ->
                shared.computeIfAbsent(choice, c -> new ArrayList<>()).add(name));
        return shared;
    }

    private static Route route(Choice choice, HeaderMatcher match, Dependency dependency) {
        ClusterName cluster = new ClusterName.ComponentClusterName(
                choice.environment(), choice.component().version());
        RouteAction.Builder action = RetryPolicies.with(
                RetryPolicies.bounded(Routes.forward(cluster.toString()), dependency),
                RetryPolicies.ofGrpc(dependency.retries()));
        if (dependency.timeout() != null) {
            // The bound that gRPC clients know.
            action.setMaxStreamDuration(MaxStreamDuration.newBuilder()
                    .setMaxStreamDuration(
                            Durations.fromMillis(dependency.timeout().toMillis())));
        }
        return Routes.from(
                        choice.component().origin(),
                        choice.component().version().toString())
                .setMatch(Routes.EVERYTHING.toBuilder().addHeaders(match))
                .setRoute(action)
                .build();
    }

    private static Route refusal(ClusterName.RefusedClusterName.RefusalReason reason, HeaderMatcher... matches) {
        return Route.newBuilder()
                .setMatch(Routes.EVERYTHING.toBuilder().addAllHeaders(List.of(matches)))
                .setRoute(Routes.forward(new ClusterName.RefusedClusterName(reason).toString()))
                .build();
    }

    private static HeaderMatcher present(String header) {
        return HeaderMatcher.newBuilder().setName(header).setPresentMatch(true).build();
    }

    private static HeaderMatcher absent(String header) {
        return HeaderMatcher.newBuilder().setName(header).setPresentMatch(false).build();
    }

    private static HeaderMatcher exact(String header, String value) {
        return text(header, StringMatcher.newBuilder().setExact(value));
    }

    /** Names of virtual environments are letters, digits and hyphens, which need no escapes in a regular expression. */
    private static HeaderMatcher anyOf(String header, List<VirtualEnvironmentName> names) {
        return names.size() == 1
                ? exact(header, names.get(0).value())
                : text(
                        header,
                        StringMatcher.newBuilder()
                                .setSafeRegex(RegexMatcher.newBuilder()
                                        .setRegex("(?:"
                                                + names.stream()
                                                        .map(VirtualEnvironmentName::value)
                                                        .collect(Collectors.joining("|"))
                                                + ")")));
    }

    private static HeaderMatcher text(String header, StringMatcher.Builder text) {
        return HeaderMatcher.newBuilder().setName(header).setStringMatch(text).build();
    }
}
