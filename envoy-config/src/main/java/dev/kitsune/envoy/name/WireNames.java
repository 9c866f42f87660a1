package dev.kitsune.envoy.name;

/** Fixed names in requests and filter chains, which no user can change. */
public final class WireNames {
    /** The maximum size of a regular expression, in RE2 steps, in an Envoy with Kitsune's bootstrap. */
    public static final int LARGEST_REGEX_PROGRAM = 1_000_000;

    /**
     * The scope key, {@code <gw|out|in>/<environment>}. Every listener writes it, and it is removed before a request
     * leaves.
     */
    public static final String SCOPE_HEADER = "kitsune-scope";

    /** Only Envoy adds it, to a redirected request. */
    public static final String REDIRECTED_HEADER = "x-envoy-original-url";
    /**
     * The header with which a caller asks where a request went. For callers who may ask, the gateway sets it to
     * {@link #GRANTED}.
     */
    public static final String DEBUG_HEADER = "kitsune-debug";

    public static final String GRANTED = "granted";

    /** The HTTP filter that answers callers who may ask. */
    public static final String DEBUG_FILTER = "kitsune.debug";

    /** The host of an HTTP/1.0 request without a host. No name under it ever has an address. */
    public static final String NO_HOST = "no-host.invalid";

    /** The cluster of the control plane for the stream in every bootstrap. */
    public static final String CONTROL_PLANE = "kitsune-xds";

    /**
     * The cluster of the control plane for single calls: those that load a virtual environment, and reports of uses. It
     * is not {@link #CONTROL_PLANE}, so that many calls cannot delay or block the stream.
     */
    public static final String CALLS = "kitsune-calls";

    /** The gRPC method that loads a virtual environment. */
    public static final String LOAD_METHOD = "dev.kitsune.VirtualEnvironments/Load";

    /** The header of every call with the id of the proxy's Node. The bootstrap adds it. */
    public static final String NODE_HEADER = "kitsune-node";

    /** The HTTP filter that determines a request's context. */
    public static final String NORMALISER_FILTER = "kitsune.normaliser";

    /** The HTTP filter that fetches what a request needs. Routes whose clusters are always loaded turn it off. */
    public static final String ON_DEMAND_FILTER = "envoy.filters.http.on_demand";

    /**
     * The HTTP filter that copies the virtual environment's name of calls that leave the mesh to their metadata. Routes
     * turn it on.
     */
    public static final String LEAVING_FILTER = "kitsune.leaving";

    /**
     * The HTTP filter that adds an adapter's query parameters, and removes the context from the baggage. Routes turn it
     * on.
     */
    public static final String CALL_FILTER = "kitsune.call";

    /** The upstream filter of clusters to which routes add credentials. */
    public static final String CREDENTIALS_FILTER = "kitsune.credentials";

    /** The HTTP filter of a sidecar that lets only declared callers in. Inbound routes say who they are. */
    public static final String PEERS_FILTER = "kitsune.peers";

    /** The HTTP filter of a sidecar that removes the context of requests from outside the mesh. */
    public static final String OUTSIDE_FILTER = "kitsune.outside";

    /** The HTTP filter of a sidecar that refuses certain addresses to calls that leave the mesh. Routes turn it on. */
    public static final String ADDRESSES_FILTER = "kitsune.addresses";

    /**
     * The script that counts a request as a use of its virtual environment, and at sidecars the HTTP filter that runs
     * it; at a gateway the filter is {@link #GENESIS_FILTER}.
     */
    public static final String USE_FILTER = "kitsune.use";

    /** The HTTP filter that adds the virtual environment of the matched rule to a request without context. */
    public static final String GENESIS_FILTER = "kitsune.genesis";

    /** The filter that sends requests without TLS to the port with it. It is first, because it needs no context. */
    public static final String HTTPS_FILTER = "kitsune.https";

    /** The HTTP filter of a gateway that checks tokens. Routes of an environment that requires a token turn it on. */
    public static final String TOKEN_FILTER = "kitsune.token";

    /**
     * The HTTP filter of a gateway that compares a token's claim with the request's virtual environment. The same
     * routes turn it on.
     */
    public static final String CLAIM_FILTER = "kitsune.claim";

    /** The HTTP filter of a gateway that removes tokens that no environment requires. */
    public static final String TOKENS_OFF_FILTER = "kitsune.tokens-off";

    /**
     * The status with which a gateway's routes refuse an unknown app deployment. Routes cannot say its name.
     * The local reply that recognises this status can, and makes it a 404.
     */
    public static final int UNKNOWN_DEPLOYMENT = 410;

    private WireNames() {}
}
