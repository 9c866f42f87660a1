package dev.kitsune.envoy.listener;

import dev.kitsune.envoy.Origins;
import dev.kitsune.envoy.name.WireNames;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutation;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.Mutations;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;

/**
 * Adds the destination of a request to a gateway's answer, if the caller requests and may see it. For other requests it
 * costs one comparison of a header.
 */
final class DebugAnswers {
    private static final String ROUTE = "kitsune-route";
    private static final String COMPONENT = "kitsune-component";

    private DebugAnswers() {}

    static HttpFilter filter() {
        return HeaderCondition.exactly(WireNames.DEBUG_HEADER, WireNames.GRANTED)
                .putIn(WireNames.DEBUG_FILTER, answer());
    }

    private static HeaderMutation answer() {
        return HeaderMutation.newBuilder()
                .setMutations(Mutations.newBuilder()
                        .addResponseMutations(fromRoute(ROUTE, Origins.ORIGIN))
                        .addResponseMutations(fromRoute(COMPONENT, Origins.TARGET)))
                .build();
    }

    private static io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation fromRoute(
            String header, String field) {
        return io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation.newBuilder()
                .setAppend(HeaderValueOption.newBuilder()
                        .setHeader(HeaderValue.newBuilder()
                                .setKey(header)
                                .setValue("%METADATA(ROUTE:" + Origins.NAMESPACE + ":" + field + ")%"))
                        .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD))
                .build();
    }
}
