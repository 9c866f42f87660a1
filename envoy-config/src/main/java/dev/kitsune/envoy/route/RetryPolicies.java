package dev.kitsune.envoy.route;

import com.google.protobuf.UInt32Value;
import com.google.protobuf.util.Durations;
import dev.kitsune.model.manifest.Dependency;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Declared timeouts and retries. By default, a request that was never sent is repeated. A request with a safe method is
 * also repeated if its connection ended before any answer, because servers may close idle connections at the moment of
 * the next request. Declared retries repeat requests with idempotent methods, and gRPC calls, whose safety only the
 * user can know.
 */
final class RetryPolicies {
    /** The request was never sent, so repeating it is always safe. */
    private static final Set<String> NEVER_SENT = new TreeSet<>(List.of("connect-failure", "refused-stream"));

    /** Envoy cannot distinguish a reused connection from a new one, so the request is repeated only once. */
    private static final String ENDED_WITHOUT_ANSWER = "reset";

    private RetryPolicies() {}

    static RouteAction.Builder bounded(RouteAction.Builder action, Dependency dependency) {
        return dependency.timeout() == null
                ? action
                : action.setTimeout(Durations.fromMillis(dependency.timeout().toMillis()));
    }

    /** Returns the retry policy for a group of methods. */
    static RetryPolicy policy(Dependency.@Nullable Retries declared, Methods methods) {
        if (declared == null) {
            RetryPolicy.Builder once = neverSent(1);
            return methods.compareTo(Methods.SAFE) <= 0
                    ? once.setRetryOn(once.getRetryOn() + "," + ENDED_WITHOUT_ANSWER)
                            .build()
                    : once.build();
        }
        if (declared.attempts() == 0) {
            return RetryPolicy.getDefaultInstance();
        }
        return methods.compareTo(Methods.IDEMPOTENT) <= 0 || NEVER_SENT.containsAll(declared.on())
                ? declared(declared)
                : neverSent(declared.attempts()).build();
    }

    /** Returns the retry policy of requests whose effects are unknown. */
    static RetryPolicy ofUnknown() {
        return neverSent(1).build();
    }

    static RetryPolicy ofGrpc(Dependency.@Nullable Retries declared) {
        return policy(declared, declared == null ? Methods.ALL : Methods.IDEMPOTENT);
    }

    static RouteAction.Builder with(RouteAction.Builder action, RetryPolicy policy) {
        return policy.equals(RetryPolicy.getDefaultInstance()) ? action : action.setRetryPolicy(policy);
    }

    private static RetryPolicy declared(Dependency.Retries retries) {
        RetryPolicy.Builder policy = neverSent(retries.attempts());
        List<String> conditions =
                retries.on().stream().filter(on -> !isStatus(on)).toList();
        List<Integer> statuses = retries.on().stream()
                .filter(RetryPolicies::isStatus)
                .map(Integer::valueOf)
                .toList();
        if (!conditions.isEmpty() || !statuses.isEmpty()) {
            policy.setRetryOn(String.join(",", conditions)
                    + (statuses.isEmpty() ? "" : (conditions.isEmpty() ? "" : ",") + "retriable-status-codes"));
            policy.addAllRetriableStatusCodes(statuses);
        }
        return policy.build();
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
