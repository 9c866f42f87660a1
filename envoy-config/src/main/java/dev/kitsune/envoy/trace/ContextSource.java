package dev.kitsune.envoy.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Where a request can name its virtual environment, or the app deployment that it selects, in the order in which one wins over the next. */
public enum ContextSource {
    HEADER("header"),
    QUERY("query parameter"),
    BAGGAGE("baggage member"),
    HOST("preview host"),
    COOKIE("cookie");

    /** No preview host: names that end so are nobody's. */
    private static final String NO_HOST = "none.invalid";

    /** Where a sidecar looks, for an environment as for an app deployment. */
    public static final Set<ContextSource> OF_CALLS = Set.of(HEADER, BAGGAGE);

    /** Where a gateway looks for an app deployment. */
    public static final Set<ContextSource> OF_DEPLOYMENTS = Set.of(HEADER, QUERY, BAGGAGE);

    private static final Set<String> SOURCES = Set.of("baggage", "cookie");

    private final String words;

    ContextSource(String words) {
        this.words = words;
    }

    /** As a person says it: {@code header kitsune-env}. */
    public String words(String header) {
        return this == HOST ? words : words + " " + header;
    }

    /** What one source names; {@code name} is empty where it names two that differ. */
    public record Named(ContextSource source, String name) {}

    /**
     * Each source that names one. What it names is not read here but asked: the hop is traced with that source alone.
     *
     * @param sources that the hop looks into
     * @param header the name of the header
     * @param hop what the hop settles on, for a request
     */
    public static List<Named> in(
            RequestHeaders request,
            Set<ContextSource> sources,
            String header,
            Function<RequestHeaders, Optional<String>> hop) {
        String nothing = hop.apply(without(request, header)).orElse("");
        List<Named> named = new ArrayList<>();
        for (ContextSource source : values()) {
            if (sources.contains(source) && source.mayName(request, header)) {
                String name = hop.apply(source.alone(header).apply(request)).orElse("");
                if (source != HOST || !name.equals(nothing)) {
                    named.add(new Named(source, name));
                }
            }
        }
        return List.copyOf(named);
    }

    private boolean mayName(RequestHeaders request, String header) {
        return switch (this) {
            case HEADER -> request.values(header).stream().anyMatch(value -> !value.isBlank());
            case QUERY -> query(request.path()).contains(header + "=");
            case BAGGAGE -> request.joined("baggage").orElse("").contains(header);
            case HOST -> true;
            case COOKIE -> request.joined("cookie").orElse("").contains(header + "=");
        };
    }

    /** The request with this source, and no other. */
    private UnaryOperator<RequestHeaders> alone(String header) {
        return request -> {
            RequestHeaders bare = without(request, header);
            return switch (this) {
                case HEADER -> keep(bare, request, header);
                case QUERY -> bare.with(RequestHeaders.PATH, request.path());
                case BAGGAGE -> keep(bare, request, "baggage");
                case HOST -> bare.with(RequestHeaders.AUTHORITY, request.authority());
                case COOKIE -> keep(bare, request, "cookie");
            };
        };
    }

    private static RequestHeaders keep(RequestHeaders bare, RequestHeaders request, String name) {
        RequestHeaders result = bare;
        for (String value : request.values(name)) {
            result = result.plus(name, value);
        }
        return result;
    }

    private static RequestHeaders without(RequestHeaders request, String header) {
        return request.without(name -> name.equals(header) || SOURCES.contains(name))
                .with(RequestHeaders.PATH, RouteMatching.withoutQuery(request.path()))
                .with(RequestHeaders.AUTHORITY, NO_HOST);
    }

    private static String query(String path) {
        int question = path.indexOf('?');
        return question < 0 ? "" : path.substring(question + 1);
    }
}
