package dev.kitsune.xds.delta;

import java.util.Collection;

/**
 * Limits the names of one stream, so that no client can exhaust the server. A proxy that has loaded 100,000 virtual
 * environments stays below it.
 */
public final class NameBudget {
    private static final long LEAST = 500_000;
    private static final long MOST = 1_000_000;

    /** The approximate memory for a name, with a generous margin. */
    private static final long BYTES_EACH = 1_024;

    /** A longer name counts as several. */
    private static final int LENGTH_EACH = 128;

    private static final long LIMIT =
            Math.min(MOST, Math.max(LEAST, Runtime.getRuntime().maxMemory() / BYTES_EACH));

    private long held;

    /** The names are more than one stream may hold. */
    public static final class ExhaustedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        ExhaustedException() {
            super("a stream may hold " + LIMIT + " names at once, where a name of more than " + LENGTH_EACH
                    + " characters counts as several: unsubscribe from unneeded names, or use further streams");
        }
    }

    /** Adds names, or refuses all of them. */
    public void add(Collection<String> names) {
        long more = cost(names);
        if (held + more > LIMIT) {
            throw new ExhaustedException();
        }
        held += more;
    }

    public void remove(Collection<String> names) {
        held -= cost(names);
    }

    private static long cost(Collection<String> names) {
        return names.stream().mapToLong(name -> 1 + name.length() / LENGTH_EACH).sum();
    }
}
