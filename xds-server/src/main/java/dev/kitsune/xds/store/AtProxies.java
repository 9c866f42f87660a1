package dev.kitsune.xds.store;

import org.jspecify.annotations.Nullable;

/**
 * What the connected proxies of this process have of one virtual environment. A proxy counts once for each of its
 * streams.
 *
 * @param loaded the proxies that have a scope of it
 * @param acknowledged those of them that have acknowledged everything up to the publish that changed it last
 * @param refused those of them that reject a resource of it
 * @param refusal the earliest of these rejections; null for none
 * @param heldBack the first resource of it that is not published as it was made; null for none
 */
public record AtProxies(
        int loaded,
        int acknowledged,
        int refused,
        @Nullable Refusal refusal,
        @Nullable RefusedResource heldBack) {
    /** No proxy has it. */
    public static final AtProxies NONE = new AtProxies(0, 0, 0, null);

    /** Everything is published. */
    public AtProxies(int loaded, int acknowledged, int refused, @Nullable Refusal refusal) {
        this(loaded, acknowledged, refused, refusal, null);
    }

    /** Adds what the proxies of another process have. */
    public AtProxies plus(AtProxies other) {
        return new AtProxies(
                loaded + other.loaded,
                acknowledged + other.acknowledged,
                refused + other.refused,
                Refusal.earlier(refusal, other.refusal),
                RefusedResource.first(heldBack, other.heldBack));
    }

    /** Counts one more proxy, which rejects a resource of it, or may have acknowledged all of it. */
    AtProxies with(@Nullable Refusal rejected, boolean hasAcknowledged) {
        return new AtProxies(
                loaded + 1,
                acknowledged + (rejected == null && hasAcknowledged ? 1 : 0),
                refused + (rejected == null ? 0 : 1),
                Refusal.earlier(refusal, rejected),
                heldBack);
    }

    AtProxies without(@Nullable RefusedResource unpublished) {
        return new AtProxies(loaded, acknowledged, refused, refusal, unpublished);
    }
}
