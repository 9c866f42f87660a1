package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.Platform.PeerTls;

/**
 * How far proxies use TLS among each other. Callers and callees never learn of a change at the same moment, so each stage
 * works next to the one before and the one after: a proxy sends TLS only when all accept it, and refuses plaintext only
 * when nobody sends it.
 */
public enum MeshStage {
    /** Nobody knows TLS. */
    PLAINTEXT,
    /** Callees accept TLS too. */
    ACCEPTED,
    /** Callers use TLS. */
    USED,
    /** Callees believe no context that comes without TLS. */
    BELIEVED,
    /** Callees accept only TLS. */
    REQUIRED;

    /** Returns the last stage of a setting. */
    public static MeshStage of(PeerTls setting) {
        return switch (setting) {
            case Off -> PLAINTEXT;
            case Permissive -> BELIEVED;
            case Strict -> REQUIRED;
        };
    }

    /** Returns the next stage on the way to another one. */
    public MeshStage towards(MeshStage target) {
        int direction = target.compareTo(this);
        return direction == 0 ? this : direction > 0 ? after() : before();
    }

    private MeshStage after() {
        return switch (this) {
            case PLAINTEXT -> ACCEPTED;
            case ACCEPTED -> USED;
            case USED -> BELIEVED;
            case BELIEVED, REQUIRED -> REQUIRED;
        };
    }

    private MeshStage before() {
        return switch (this) {
            case PLAINTEXT, ACCEPTED -> PLAINTEXT;
            case USED -> ACCEPTED;
            case BELIEVED -> USED;
            case REQUIRED -> BELIEVED;
        };
    }

    /** Whether callees accept TLS. */
    public boolean accepts() {
        return compareTo(ACCEPTED) >= 0;
    }

    /** Whether callers use TLS. */
    public boolean uses() {
        return compareTo(USED) >= 0;
    }

    /** Whether callees ignore the context of requests without TLS. */
    public boolean believesOnlyTls() {
        return compareTo(BELIEVED) >= 0;
    }

    /** Whether callees refuse connections without TLS. */
    public boolean requires() {
        return this == REQUIRED;
    }
}
