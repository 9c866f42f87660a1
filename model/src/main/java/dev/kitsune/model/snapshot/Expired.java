package dev.kitsune.model.snapshot;

/**
 * What ended a virtual environment. It has no time: an answer that holds one would be another after every restart.
 *
 * @param after how long the limit is, as users write it ({@code 72h})
 */
public record Expired(Limit limit, String after) {
    /** The fields of {@code expiresAfter}. */
    public enum Limit {
        /** Counted from when it was first seen. */
        age,
        /** Counted from its last use. */
        idle;

        /** Where the limit stands in the object. */
        public String field() {
            return "spec.expiresAfter." + name();
        }
    }

    /** Why, and what to do. */
    public String sentence() {
        return "the virtual environment has expired: "
                + (limit == Limit.age ? "it is older than " : "no request of it came for ")
                + after + "; raise `" + limit
                + "` in its `expiresAfter`, write `pinned: true` there, or take its file away"
                + " and write it anew";
    }
}
