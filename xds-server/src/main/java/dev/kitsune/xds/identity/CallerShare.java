package dev.kitsune.xds.identity;

import io.grpc.Context;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * What all calls of one caller take of the server together. A caller that wants more is refused, so that it cannot exhaust
 * what the others need.
 */
public final class CallerShare {
    /** An Envoy makes at most a thousand calls about virtual environments at once, beside its streams. */
    static final int MOST_CALLS = 1_100;

    /** An Envoy has one stream, and a second one while it reconnects. A gRPC client has one for each of its channels. */
    static final int MOST_STREAMS = 32;

    /** A proxy that reconnects names every resource that it has, in one message for each type. */
    static final long MOST_BYTES = 64 << 20;

    static final Context.Key<CallerShare> CURRENT = Context.key("share");

    /** Guarded by this, like all fields below. */
    private int calls;

    private int streams;
    private long bytes;
    private long names;

    /** The share of the caller of this thread's call. A caller that need not say who it is has one for each call. */
    public static CallerShare current() {
        CallerShare share = CURRENT.get();
        return share == null ? new CallerShare() : share;
    }

    /** Returns why the caller may not have one more call; null if it has it now. */
    synchronized @Nullable Status begin(boolean stream) {
        if (calls == MOST_CALLS) {
            return tooMuch(MOST_CALLS + " calls at once");
        }
        if (stream && streams == MOST_STREAMS) {
            return tooMuch(MOST_STREAMS + " streams at once");
        }
        calls++;
        streams += stream ? 1 : 0;
        return null;
    }

    synchronized void end(boolean stream) {
        calls--;
        streams -= stream ? 1 : 0;
    }

    synchronized boolean isUnused() {
        return calls == 0;
    }

    /** Returns why no more bytes of incomplete messages may come; null if they are taken. */
    synchronized @Nullable Status take(long more) {
        if (bytes + more > MOST_BYTES) {
            return tooMuch((MOST_BYTES >> 20) + " MiB in messages that have not arrived completely");
        }
        bytes += more;
        return null;
    }

    synchronized void giveBack(long less) {
        bytes -= less;
    }

    private static Status tooMuch(String limit) {
        return Status.RESOURCE_EXHAUSTED.withDescription(
                "one caller may have at most " + limit + ": find out which client has so many, and end it");
    }

    /** Takes names that are subscribed to, unless all of them together are more than {@code most}. */
    public synchronized boolean takeNames(long more, long most) {
        if (names + more > most) {
            return false;
        }
        names += more;
        return true;
    }

    public synchronized void giveBackNames(long less) {
        names -= less;
    }
}
