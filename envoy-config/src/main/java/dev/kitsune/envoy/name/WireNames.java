package dev.kitsune.envoy.name;

/** Names that stand in requests and in filter chains, and that no user can change. */
public final class WireNames {
    /** The scope key, {@code <gw|out|in>/<environment>}. Written by every listener, taken off before a request leaves. */
    public static final String SCOPE_HEADER = "kitsune-scope";

    /** Envoy puts it on a request that was redirected; nobody else does. */
    public static final String REDIRECTED_HEADER = "x-envoy-original-url";

    /** The HTTP filter that settles a request's context. */
    public static final String NORMALISER_FILTER = "kitsune.normaliser";

    /** The HTTP filter that adds an adapter's query parameters. */
    public static final String QUERY_FILTER = "kitsune.query";

    /** The HTTP filter that puts the environment of the met rule on a request that came without one. */
    public static final String GENESIS_FILTER = "kitsune.genesis";

    private WireNames() {}
}
