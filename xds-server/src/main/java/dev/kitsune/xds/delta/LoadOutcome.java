package dev.kitsune.xds.delta;

/** How the loading of one virtual environment at one proxy ended, beginning with the best. */
public enum LoadOutcome {
    /** The proxy has acknowledged the scopes of the virtual environment and their routes. */
    LOADED,

    /** The proxy may not have the virtual environment, or it does not exist. */
    NOTHING,

    /** The proxy has rejected a scope of the virtual environment, or its routes. */
    REFUSED,

    /** The proxy has not acknowledged the scopes and routes in time. */
    UNACKNOWLEDGED,

    /** The proxy's stream has ended before that. */
    ENDED,

    /** The proxy has no stream to this control plane. */
    NO_STREAM;

    /** Whether the proxy itself has decided it. */
    public boolean isDecided() {
        return compareTo(REFUSED) <= 0;
    }

    /** Whether another stream of the proxy may have another outcome. */
    public boolean isWithoutStream() {
        return compareTo(ENDED) >= 0;
    }
}
