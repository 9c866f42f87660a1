package dev.kitsune.xds.delta;

import dev.kitsune.xds.identity.CallerShare;
import java.util.Collection;

/**
 * The names of one stream. They and those of the caller's other streams are limited, so that no client can exhaust the
 * server. A proxy that has loaded 100,000 virtual environments stays below it.
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

    private final CallerShare share;
    private long held;
    private boolean closed;

    /** The names are more than one stream may hold. */
    public static final class ExhaustedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        ExhaustedException() {
            super("the streams of one client may hold " + LIMIT + " names at once, where a name of more than "
                    + LENGTH_EACH + " characters counts as several: unsubscribe from unneeded names");
        }
    }

    /** A stream without names. */
    public NameBudget(CallerShare share) {
        this.share = share;
    }

    /** Adds names, or refuses all of them. */
    public synchronized void add(Collection<String> names) {
        long more = cost(names);
        if (closed) {
            return;
        }
        if (!share.takeNames(more, LIMIT)) {
            throw new ExhaustedException();
        }
        held += more;
    }

    public synchronized void remove(Collection<String> names) {
        if (!closed) {
            long less = cost(names);
            share.giveBackNames(less);
            held -= less;
        }
    }

    /** The stream has ended. */
    public synchronized void close() {
        if (!closed) {
            closed = true;
            share.giveBackNames(held);
        }
    }

    private static long cost(Collection<String> names) {
        return names.stream().mapToLong(name -> 1 + name.length() / LENGTH_EACH).sum();
    }
}
