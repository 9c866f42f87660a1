package dev.kitsune.envoy.name;

/** Names that stand in requests and in filter chains, and that no user can change. */
public final class WireNames {
    /** How many steps of RE2 an Envoy with our bootstrap takes in one regular expression. */
    public static final int LARGEST_REGEX_PROGRAM = 1_000_000;

    /**
     * The scope key, {@code <gw|out|in>/<environment>}. Written by every listener, taken off before a request leaves.
     */
    public static final String SCOPE_HEADER = "kitsune-scope";

    /** Envoy puts it on a request that was redirected; nobody else does. */
    public static final String REDIRECTED_HEADER = "x-envoy-original-url";
    /** By which a caller asks where a request went; of the callers who may, the gateway makes it {@link #GRANTED}. */
    public static final String DEBUG_HEADER = "kitsune-debug";

    public static final String GRANTED = "granted";

    /** The HTTP filter that answers whoever may ask. */
    public static final String DEBUG_FILTER = "kitsune.debug";

    /** Stands for the host of a request of HTTP/1.0 that names none. No name under it ever has an address. */
    public static final String NO_HOST = "no-host.invalid";

    /** The cluster of the control plane in every bootstrap. */
    public static final String CONTROL_PLANE = "kitsune-xds";

    /** The HTTP filter that settles a request's context. */
    public static final String NORMALISER_FILTER = "kitsune.normaliser";

    /**
     * The HTTP filter of calls that leave the mesh: it adds an adapter's query parameters and takes the context off.
     */
    public static final String QUERY_FILTER = "kitsune.query";

    /** The HTTP filter of a sidecar that refuses addresses to calls that leave the mesh; routes turn it on. */
    public static final String ADDRESSES_FILTER = "kitsune.addresses";

    /**
     * The script that counts a request as a use of its virtual environment, and at sidecars the HTTP filter that runs
     * it; at a gateway the filter is {@link #GENESIS_FILTER}.
     */
    public static final String USE_FILTER = "kitsune.use";

    /** The HTTP filter that puts the virtual environment of the met rule on a request that came without one. */
    public static final String GENESIS_FILTER = "kitsune.genesis";

    /** The HTTP filter of a gateway that checks tokens; routes of an environment that asks for one turn it on. */
    public static final String TOKEN_FILTER = "kitsune.token";

    /**
     * The HTTP filter of a gateway that holds a token's claim against the request's virtual environment. The
     * routes turn it on in the same way.
     */
    public static final String CLAIM_FILTER = "kitsune.claim";

    /** The HTTP filter of a gateway that takes tokens off that nobody asked for. */
    public static final String TOKENS_OFF_FILTER = "kitsune.tokens-off";

    /**
     * The status with which a gateway's routes refuse an unknown app deployment. Routes cannot say its name.
     * The local reply that recognises this status can, and makes it a 404.
     */
    public static final int UNKNOWN_DEPLOYMENT = 410;

    private WireNames() {}
}
