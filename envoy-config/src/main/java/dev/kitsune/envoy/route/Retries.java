package dev.kitsune.envoy.route;

import com.google.common.base.Splitter;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.util.Durations;
import dev.kitsune.model.manifest.Dependency;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Declared timeouts and retries. What is not declared repeats nothing that a server may have seen; what is, repeats only
 * requests that are safe to repeat: those of an idempotent method, and gRPC calls, of which nobody but their user can know.
 */
final class Retries {
    /** The request never left: repeating it is safe whatever it does. */
    private static final Set<String> NEVER_SENT = new TreeSet<>(List.of("connect-failure", "refused-stream"));

    private static final HeaderMatcher NOT_IDEMPOTENT = HeaderMatcher.newBuilder()
            .setName(":method")
            .setStringMatch(StringMatcher.newBuilder()
                    .setSafeRegex(RegexMatcher.newBuilder().setRegex("GET|HEAD|OPTIONS|TRACE|PUT|DELETE")))
            .setInvertMatch(true)
            .build();

    private Retries() {}

    static RouteAction.Builder apply(RouteAction.Builder action, Dependency dependency) {
        timeout(action, dependency);
        Dependency.Retries retries = dependency.retries();
        if (retries == null) {
            return byDefault(action);
        }
        if (retries.attempts() == 0) {
            return action;
        }
        RetryPolicy.Builder policy = neverSent(retries.attempts());
        List<String> conditions =
                retries.on().stream().filter(on -> !isStatus(on)).toList();
        List<Integer> statuses = retries.on().stream()
                .filter(Retries::isStatus)
                .map(Integer::valueOf)
                .toList();
        if (!conditions.isEmpty() || !statuses.isEmpty()) {
            policy.setRetryOn(String.join(",", conditions)
                    + (statuses.isEmpty() ? "" : (conditions.isEmpty() ? "" : ",") + "retriable-status-codes"));
            policy.addAllRetriableStatusCodes(statuses);
        }
        return action.setRetryPolicy(policy);
    }

    /** For requests of which nobody can say where they began. */
    static RouteAction.Builder onceOnly(RouteAction.Builder action, Dependency dependency) {
        return byDefault(timeout(action, dependency));
    }

    private static RouteAction.Builder timeout(RouteAction.Builder action, Dependency dependency) {
        return dependency.timeout() == null
                ? action
                : action.setTimeout(Durations.fromMillis(dependency.timeout().toMillis()));
    }

    static RouteAction.Builder byDefault(RouteAction.Builder action) {
        return action.setRetryPolicy(neverSent(1));
    }

    /** What goes before a route that repeats what a server may have seen: the requests for which that is not safe. */
    static Optional<Route.Builder> onceOnly(Route.Builder route) {
        RetryPolicy policy = route.getRoute().getRetryPolicy();
        if (NEVER_SENT.containsAll(Splitter.on(',').omitEmptyStrings().splitToList(policy.getRetryOn()))) {
            return Optional.empty();
        }
        Route.Builder once = route.clone();
        once.getMatchBuilder().addHeaders(NOT_IDEMPOTENT);
        once.getRouteBuilder().setRetryPolicy(neverSent(policy.getNumRetries().getValue()));
        return Optional.of(once);
    }

    private static RetryPolicy.Builder neverSent(int attempts) {
        return RetryPolicy.newBuilder()
                .setRetryOn(String.join(",", NEVER_SENT))
                .setNumRetries(UInt32Value.of(attempts));
    }

    private static boolean isStatus(String on) {
        return on.chars().allMatch(Character::isDigit);
    }
}
