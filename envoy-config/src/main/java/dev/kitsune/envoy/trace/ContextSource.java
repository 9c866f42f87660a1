package dev.kitsune.envoy.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Where a request can name its virtual environment, or the app deployment that it selects, in the order in which one
 * wins over the next.
 */
public enum ContextSource {
    HEADER("header"),
    QUERY("query parameter"),
    BAGGAGE("baggage member"),
    HOST("preview host"),
    COOKIE("cookie");

    /** No preview host: names that end so are nobody's. */
    private static final String NO_HOST = "none.invalid";

    /** No name, so nobody sends it in earnest. */
    private static final String NOBODY = "~";

    /** Where a sidecar looks, for a virtual environment as for an app deployment. */
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

    /**
     * What a hop makes of a request.
     *
     * @param name that it settles on; empty for none
     * @param refusal in whose words it refuses what the request names; empty where it does not
     */
    public record SettledContext(String name, String refusal) {}

    /** A hop that settles the context of a request. */
    @FunctionalInterface
    public interface SettlingHop {
        SettledContext settle(RequestHeaders request);
    }

    /** That one source names something; {@code what} is a name, or words for what is none. */
    public record NamedContext(ContextSource source, String what) {}

    /**
     * Each source that names one. Nothing is read here, all is asked: the hop is traced with that source alone, and
     * once more with a second name in it, which is refused where there is a first.
     *
     * @param request without what makes a hop fall back on a default
     * @param sources that the hop looks into
     * @param header the name of the header
     * @param hop what becomes of a request there
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

    /** The words are the normaliser's. */
    private boolean namesTwo(SettledContext settled, String header) {
        return settled.refusal().startsWith(words(header) + " names two different ");
    }

    /** The request with this source, and no other. */
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
