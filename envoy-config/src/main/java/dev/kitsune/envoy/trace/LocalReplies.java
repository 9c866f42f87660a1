package dev.kitsune.envoy.trace;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a caller reads when Envoy answers by itself, as the listener's local replies make it. */
final class LocalReplies {
    private static final Pattern CONDITION =
            Pattern.compile("response\\.(code_details|code) == (?:'([a-z_]+)'|([0-9]+))");

    private LocalReplies() {}

    /**
     * Envoy's own answer before it is reworded.
     *
     * @param flag Envoy's response flag; empty for none
     * @param details Envoy's response code details
     */
    record Reason(int status, String text, String flag, String details) {
        static final Reason NO_ROUTE = new Reason(404, "", "NR", "route_not_found");
        static final Reason NO_CLUSTER = new Reason(503, "", "NC", "cluster_not_found");
        static final Reason NO_ENDPOINT = new Reason(503, "no healthy upstream", "UH", "no_healthy_upstream");
        static final Reason NO_CREDENTIAL =
                new Reason(401, "Failed to inject credential.", "", "failed_to_inject_credential");
    }

    /** {@code headers}: that the answer carries beside */
    static Outcome.Answered answer(
            LocalReplyConfig config,
            Reason reason,
            RequestHeaders request,
            Map<String, Struct> routeMetadata,
            Map<String, String> headers) {
        Format.Values values = (command, argument) -> switch (command) {
            case "LOCAL_REPLY_BODY" -> Optional.of(reason.text());
            case "METADATA" -> metadata(argument, routeMetadata);
            default -> Format.requestHeader(command, argument, request);
        };
        Optional<ResponseMapper> mapper = config.getMappersList().stream()
                .filter(m -> holds(m.getFilter(), reason))
                .findFirst();
        int status = mapper.filter(ResponseMapper::hasStatusCode)
                .map(m -> m.getStatusCode().getValue())
                .orElse(reason.status());
        SubstitutionFormatString format = mapper.filter(ResponseMapper::hasBodyFormatOverride)
                .map(ResponseMapper::getBodyFormatOverride)
                .orElse(config.getBodyFormat());
        String text = Format.text(format.getTextFormatSource().getInlineString(), values);
        return new Outcome.Answered(status, text, reason.details(), headers);
    }

    private static boolean holds(AccessLogFilter filter, Reason reason) {
        return switch (filter.getFilterSpecifierCase()) {
            case RESPONSE_FLAG_FILTER ->
                filter.getResponseFlagFilter().getFlagsList().contains(reason.flag());
            case EXTENSION_FILTER -> {
                try {
                    yield expression(
                            filter.getExtensionFilter()
                                    .getTypedConfig()
                                    .unpack(ExpressionFilter.class)
                                    .getExpression(),
                            reason);
                } catch (InvalidProtocolBufferException e) {
                    throw new IllegalStateException("a filter of local replies that is no expression", e);
                }
            }
            default -> throw Known.unknown("a filter of local replies: " + filter.getFilterSpecifierCase());
        };
    }

    /** CEL, as far as Kitsune writes it: comparisons that all must hold. */
    private static boolean expression(String expression, Reason reason) {
        return List.of(expression.split(" && ", -1)).stream().allMatch(condition -> {
            Matcher parts = CONDITION.matcher(condition);
            if (!parts.matches()) {
                throw Known.unknown("the expression " + condition);
            }
            return parts.group(1).equals("code")
                    ? Integer.toString(reason.status()).equals(parts.group(3))
                    : reason.details().equals(parts.group(2));
        });
    }

    /** {@code ROUTE:namespace:key} */
    private static Optional<String> metadata(String argument, Map<String, Struct> ofRoute) {
        String[] path = argument.split(":", -1);
        if (path.length != 3 || !path[0].equals("ROUTE")) {
            throw Known.unknown("%METADATA(" + argument + ")%");
        }
        return Optional.ofNullable(ofRoute.get(path[1]))
                .map(struct -> struct.getFieldsMap().get(path[2]))
                .map(value -> value.getStringValue());
    }
}
