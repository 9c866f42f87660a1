package dev.kitsune.envoy.trace;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Evaluates Envoy's RouteMatch, with the reason why a request does not match. */
public final class RouteMatching {
    private static final Set<String> MATCH = Set.of(
            "prefix",
            "path",
            "safe_regex",
            "path_separated_prefix",
            "connect_matcher",
            "case_sensitive",
            "headers",
            "grpc");
    private static final Set<String> HEADER =
            Set.of("name", "string_match", "present_match", "invert_match", "treat_missing_header_as_empty");

    private RouteMatching() {}

    /** Returns the first condition that does not match, in Envoy's words; empty if all of them match. */
    public static Optional<String> fails(RouteMatch match, RequestHeaders request) {
        KnownFields.only(match, MATCH);
        Optional<String> failure = path(match, request);
        if (failure.isPresent()) {
            return failure;
        }
        if (match.hasGrpc() && !isGrpc(request)) {
            return Optional.of("for gRPC alone");
        }
        for (HeaderMatcher header : match.getHeadersList()) {
            failure = header(header, request);
            if (failure.isPresent()) {
                return failure;
            }
        }
        return Optional.empty();
    }

    static boolean isGrpc(RequestHeaders request) {
        String type = request.first("content-type").orElse("");
        return type.equals("application/grpc")
                || type.startsWith("application/grpc+")
                || type.startsWith("application/grpc;");
    }

    private static Optional<String> path(RouteMatch match, RequestHeaders request) {
        boolean connect = request.method().equals("CONNECT");
        if (match.hasConnectMatcher()) {
            return failed(connect, () -> "for CONNECT alone");
        }
        String path = withoutQuery(request.path());
        boolean ignoring = match.hasCaseSensitive() && !match.getCaseSensitive().getValue();
        if (ignoring) {
            throw KnownFields.unknown("paths whatever their case");
        }
        return switch (match.getPathSpecifierCase()) {
            case PREFIX ->
                // A CONNECT without a path matches the prefix of all paths, but no longer prefix.
                failed(
                        path.startsWith(match.getPrefix())
                                || (connect && match.getPrefix().equals("/")),
                        () -> "path " + path + " does not begin with " + match.getPrefix());
            case PATH -> failed(path.equals(match.getPath()), () -> "path " + path + " is not " + match.getPath());
            case PATH_SEPARATED_PREFIX -> {
                String prefix = match.getPathSeparatedPrefix();
                yield failed(
                        path.equals(prefix) || path.startsWith(prefix + "/"),
                        () -> "path " + path + " is not under " + prefix);
            }
            case SAFE_REGEX ->
                failed(
                        StringMatch.regex(match.getSafeRegex().getRegex(), path),
                        () -> "path " + path + " does not match "
                                + match.getSafeRegex().getRegex());
            default -> throw KnownFields.unknown("a route without a path");
        };
    }

    private static Optional<String> header(HeaderMatcher matcher, RequestHeaders request) {
        KnownFields.only(matcher, HEADER);
        List<String> values = request.values(matcher.getName());
        boolean must = !matcher.getInvertMatch();
        if (matcher.hasPresentMatch()) {
            return failed(
                    (!values.isEmpty() == matcher.getPresentMatch()) == must,
                    () -> "header " + matcher.getName() + (values.isEmpty() ? " is missing" : " is there"));
        }
        if (!matcher.hasStringMatch()) {
            throw KnownFields.unknown("a header matcher without text: " + matcher.getName());
        }
        if (values.isEmpty() && !matcher.getTreatMissingHeaderAsEmpty()) {
            return Optional.of("header " + matcher.getName() + " is missing");
        }
        // If there are several lines, one matching line is enough.
        boolean any = (values.isEmpty() ? List.of("") : values)
                .stream().anyMatch(value -> StringMatch.holds(matcher.getStringMatch(), value));
        return failed(
                any == must,
                () -> "header " + matcher.getName() + " is "
                        + (values.isEmpty() ? "missing" : String.join(", ", values)) + " and must "
                        + (must ? "" : "not ") + StringMatch.words(matcher.getStringMatch()));
    }

    static String withoutQuery(String path) {
        int question = path.indexOf('?');
        return question < 0 ? path : path.substring(0, question);
    }

    private static Optional<String> failed(boolean holds, Supplier<String> otherwise) {
        return holds ? Optional.empty() : Optional.of(otherwise.get());
    }
}
