package dev.kitsune.envoy.trace;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Evaluates the local replies of a listener. */
final class LocalReplies {
    private static final Pattern CONDITION = Pattern.compile(
            "(response\\.code|response\\.code_details|xds\\.cluster_name|upstream\\.transport_failure_reason)"
                    + "(?: (==|!=) '?([^']*)'?|\\.(startsWith)\\('([a-z_]+)'\\))");

    private LocalReplies() {}

    /**
     * Envoy's own answer before it is reworded.
     *
     * @param flag Envoy's response flag; empty for none
     * @param details Envoy's response code details
     */
    record ReplyReason(int status, String text, String flag, String details) {
        static final ReplyReason NO_ROUTE = new ReplyReason(404, "", "NR", "route_not_found");
        static final ReplyReason NO_CLUSTER = new ReplyReason(503, "", "NC", "cluster_not_found");
        static final ReplyReason NO_ENDPOINT = new ReplyReason(503, "no healthy upstream", "UH", "no_healthy_upstream");
        static final ReplyReason NO_CREDENTIAL =
                new ReplyReason(401, "Failed to inject credential.", "", "failed_to_inject_credential");
    }

    /** {@code cluster}: the route's cluster, empty for none; {@code headers}: further headers of the answer */
    static Outcome.Answered answer(
            LocalReplyConfig config,
            ReplyReason reason,
            Format.CommandValues known,
            String cluster,
            Map<String, String> headers) {
        Format.CommandValues values = (command, argument) ->
                command.equals("LOCAL_REPLY_BODY") ? Optional.of(reason.text()) : known.of(command, argument);
        Optional<ResponseMapper> mapper = config.getMappersList().stream()
                .filter(m -> holds(m.getFilter(), reason, known, cluster))
                .findFirst();
        int status = mapper.filter(ResponseMapper::hasStatusCode)
                .map(m -> m.getStatusCode().getValue())
                .orElse(reason.status());
        SubstitutionFormatString format = mapper.filter(ResponseMapper::hasBodyFormatOverride)
                .map(ResponseMapper::getBodyFormatOverride)
                .orElse(config.getBodyFormat());
        String text = Format.text(format.getTextFormatSource().getInlineString(), values);
        Map<String, String> all = new TreeMap<>(headers);
        mapper.ifPresent(m -> m.getHeadersToAddList()
                .forEach(option -> all.put(
                        option.getHeader().getKey(),
                        Format.header(option.getHeader().getValue(), known))));
        return new Outcome.Answered(status, text, reason.details(), all);
    }

    private static boolean holds(
            AccessLogFilter filter, ReplyReason reason, Format.CommandValues known, String cluster) {
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
                            reason,
                            cluster);
                } catch (InvalidProtocolBufferException e) {
                    throw new IllegalStateException("a filter of local replies that is no expression", e);
                }
            }
            case HEADER_FILTER -> hasHeader(filter.getHeaderFilter().getHeader(), known);
            case AND_FILTER ->
                filter.getAndFilter().getFiltersList().stream().allMatch(one -> holds(one, reason, known, cluster));
            default -> throw KnownFields.unknown("a filter of local replies: " + filter.getFilterSpecifierCase());
        };
    }

    private static boolean hasHeader(HeaderMatcher matcher, Format.CommandValues known) {
        KnownFields.only(matcher, Set.of("name", "present_match"));
        return known.of("REQ", matcher.getName()).isPresent() == matcher.getPresentMatch();
    }

    /** Evaluates the CEL that Kitsune writes: a conjunction of comparisons and prefixes. */
    private static boolean expression(String expression, ReplyReason reason, String cluster) {
        return List.of(expression.split(" && ", -1)).stream().allMatch(condition -> {
            Matcher parts = CONDITION.matcher(condition);
            if (!parts.matches()) {
                throw KnownFields.unknown("the expression " + condition);
            }
            String actual =
                    switch (parts.group(1)) {
                        case "response.code" -> Integer.toString(reason.status());
                        case "response.code_details" -> reason.details();
                        case "xds.cluster_name" -> cluster;
                        // A trace makes no connections.
                        default -> "";
                    };
            if (parts.group(4) != null) {
                return actual.startsWith(parts.group(5));
            }
            return actual.equals(parts.group(3)) == parts.group(2).equals("==");
        });
    }
}
