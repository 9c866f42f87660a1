package dev.kitsune.envoy.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The sources that can name a request's virtual environment or its selected app deployment, in order of precedence. */
public enum ContextSource {
    HEADER("header"),
    QUERY("query parameter"),
    BAGGAGE("baggage member"),
    HOST("preview host"),
    COOKIE("cookie");

    /** Not a preview host, because no name ends like this. */
    private static final String NO_HOST = "none.invalid";

    /** Not a valid name, so no client uses it. */
    private static final String NOBODY = "~";

    /** The sources that a sidecar reads, for virtual environments and app deployments. */
    public static final Set<ContextSource> OF_CALLS = Set.of(HEADER, BAGGAGE);

    /** The sources of app deployments that a gateway reads. */
    public static final Set<ContextSource> OF_DEPLOYMENTS = Set.of(HEADER, QUERY, BAGGAGE);

    private static final Set<String> SOURCES = Set.of("baggage", "cookie");

    private final String words;

    ContextSource(String words) {
        this.words = words;
    }

    /** Returns the words for people: {@code header kitsune-env}. */
    public String words(String header) {
        return this == HOST ? words : words + " " + header;
    }

    /**
     * The result of a hop for a request.
     *
     * @param name the name that it determines; empty for none
     * @param refusal the text with which it refuses the named context; empty if it does not
     */
    public record SettledContext(String name, String refusal) {}

    /** A hop that determines the context of a request. */
    @FunctionalInterface
    public interface SettlingHop {
        SettledContext settle(RequestHeaders request);
    }

    /** A source that names something; {@code what} is a name, or a description of an invalid one. */
    public record NamedContext(ContextSource source, String what) {}

    /**
     * Returns each source that names one. The sources are not parsed here. The hop is traced with one source alone, and
     * again with a second name in it, which is refused if there is a first one.
     *
     * @param request the request without values that make a hop fall back on a default
     * @param sources the sources that the hop reads
     * @param header the name of the header
     * @param hop traces a request
     */
    public static List<NamedContext> in(
            RequestHeaders request, Set<ContextSource> sources, String header, SettlingHop hop) {
        List<NamedContext> named = new ArrayList<>();
        for (ContextSource source : values()) {
            if (sources.contains(source)) {
                SettledContext settled = hop.settle(source.alone(request, header));
                boolean names = source == HOST
                        ? !settled.name().isEmpty() || !settled.refusal().isEmpty()
                        : source.namesTwo(hop.settle(source.andAnother(request, header)), header);
                if (names) {
                    named.add(new NamedContext(source, source.what(settled, header)));
                }
            }
        }
        return List.copyOf(named);
    }

    private String what(SettledContext settled, String header) {
        if (settled.refusal().isEmpty()) {
            return settled.name();
        }
        return namesTwo(settled, header) ? "two that differ" : "what would be refused";
    }

    /** The text is the normaliser's. */
    private boolean namesTwo(SettledContext settled, String header) {
        return settled.refusal().startsWith(words(header) + " names two different ");
    }

    /** Returns the request with this source only. */
    private RequestHeaders alone(RequestHeaders request, String header) {
        RequestHeaders bare = request.without(name -> name.equals(header) || SOURCES.contains(name))
                .with(RequestHeaders.PATH, RouteMatching.withoutQuery(request.path()))
                .with(RequestHeaders.AUTHORITY, NO_HOST);
        return switch (this) {
            case HEADER -> keep(bare, request, header);
            case QUERY -> bare.with(RequestHeaders.PATH, request.path());
            case BAGGAGE -> keep(bare, request, "baggage");
            case HOST -> bare.with(RequestHeaders.AUTHORITY, request.authority());
            case COOKIE -> keep(bare, request, "cookie");
        };
    }

    private RequestHeaders andAnother(RequestHeaders request, String header) {
        RequestHeaders alone = alone(request, header);
        String another = header + "=" + NOBODY;
        return switch (this) {
            case HEADER -> alone.with(header, alone.joined(header).orElse("") + "," + NOBODY);
            case QUERY ->
                alone.with(RequestHeaders.PATH, alone.path() + (alone.path().contains("?") ? "&" : "?") + another);
            case BAGGAGE -> alone.plus("baggage", another);
            case HOST -> throw new IllegalStateException("a request has one host");
            case COOKIE -> alone.plus("cookie", another);
        };
    }

    private static RequestHeaders keep(RequestHeaders bare, RequestHeaders request, String name) {
        RequestHeaders result = bare;
        for (String value : request.values(name)) {
            result = result.plus(name, value);
        }
        return result;
    }
}
