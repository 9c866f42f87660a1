package dev.kitsune.envoy.route;

import com.google.protobuf.UInt32Value;
import com.google.protobuf.util.Durations;
import dev.kitsune.model.manifest.Dependency;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import java.util.List;

/** Declared timeouts and retries; what is not declared repeats nothing that a server may have seen. */
final class Retries {
    /** The request never left: repeating it is safe whatever it does. */
    private static final String NEVER_SENT = "connect-failure,refused-stream";

    private Retries() {}

    static RouteAction.Builder apply(RouteAction.Builder action, Dependency dependency) {
        if (dependency.timeout() != null) {
            action.setTimeout(Durations.fromMillis(dependency.timeout().toMillis()));
        }
        Dependency.Retries retries = dependency.retries();
        if (retries == null) {
            return byDefault(action);
        }
        if (retries.attempts() == 0) {
            return action;
        }
        RetryPolicy.Builder policy =
                RetryPolicy.newBuilder().setRetryOn(NEVER_SENT).setNumRetries(UInt32Value.of(retries.attempts()));
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

    static RouteAction.Builder byDefault(RouteAction.Builder action) {
        return action.setRetryPolicy(
                RetryPolicy.newBuilder().setRetryOn(NEVER_SENT).setNumRetries(UInt32Value.of(1)));
    }

    private static boolean isStatus(String on) {
        return on.chars().allMatch(Character::isDigit);
    }
}
