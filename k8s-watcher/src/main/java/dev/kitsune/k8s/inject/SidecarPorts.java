package dev.kitsune.k8s.inject;

import java.util.Map;

/** The ports of an injected sidecar. */
public final class SidecarPorts {
    /** Where callers reach the component. */
    public static final int INBOUND = 15_406;

    /** Where the app calls others, on loopback. */
    public static final int OUTBOUND = 15_401;

    /** Answers when Envoy has its configuration. */
    public static final int READY = 15_421;

    /** Envoy's own administration, on loopback. */
    public static final int ADMIN = 15_400;

    /** All of them, with what they are for. */
    static final Map<Integer, String> PURPOSES = Map.of(
            INBOUND,
            "where callers reach it",
            OUTBOUND,
            "where the app calls others",
            READY,
            "which says that it is ready",
            ADMIN,
            "of its administration");

    private SidecarPorts() {}
}
