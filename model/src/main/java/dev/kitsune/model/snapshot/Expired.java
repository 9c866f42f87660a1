package dev.kitsune.model.snapshot;

/**
 * The limit that ended a virtual environment. It holds no time, because an answer with a time would differ after every
 * restart.
 *
 * @param after the length of the limit, as users write it ({@code 72h})
 */
public record Expired(Limit limit, String after) {
    /** The fields of {@code expiresAfter}. */
    public enum Limit {
        /** The limit counts from the first sight. */
        age,
        /** The limit counts from the last use. */
        idle;

        /** Returns the field of the limit. */
        public String field() {
            return "spec.expiresAfter." + name();
        }
    }

    /** Says why it ended, and what to do. */
    public String sentence() {
        return "the virtual environment has expired: "
                + (limit == Limit.age ? "it is older than " : "no request used it for ")
                + after + "; raise `" + limit
                + "` in its `expiresAfter`, write `pinned: true` there, or delete its file"
                + " and write it again";
    }
}
