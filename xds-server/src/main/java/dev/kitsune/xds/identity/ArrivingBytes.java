package dev.kitsune.xds.identity;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one call's messages that have not arrived completely. gRPC limits each message, but not what all messages
 * that are on their way take together.
 */
final class ArrivingBytes extends ServerStreamTracer {
    private static final Context.Key<ArrivingBytes> CURRENT = Context.key("arriving");

    /** Guarded by this, like all fields below. */
    private @Nullable Begun begun;

    private long bytes;
    private boolean closed;

    /** The call is over. */
    @FunctionalInterface
    interface CallEnd {
        void ended();
    }

    private record Begun(EndableCall<?, ?> call, CallerShare share, CallEnd end) {}

    /** Returns what follows each call of a server. */
    static Factory factory() {
        return new Factory() {
            @Override
            public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
                return new ArrivingBytes();
            }
        };
    }

    @Override
    public Context filterContext(Context context) {
        return context.withValue(CURRENT, this);
    }

    /** Returns that of the call of this context. */
    static ArrivingBytes of(Context context) {
        return Objects.requireNonNull(CURRENT.get(context), "the server follows its calls");
    }

    /** Nothing of a message is taken from the network before this. */
    void begin(EndableCall<?, ?> call, CallerShare share, CallEnd end) {
        synchronized (this) {
            if (!closed) {
                begun = new Begun(call, share, end);
                return;
            }
        }
        end.ended();
    }

    @Override
    public void inboundWireSize(long more) {
        Begun to;
        Status refusal;
        synchronized (this) {
            to = begun;
            if (to == null || closed) {
                return;
            }
            refusal = to.share().take(more);
            bytes += refusal == null ? more : 0;
        }
        if (refusal != null) {
            to.call().end(refusal);
        }
    }

    @Override
    public synchronized void inboundMessageRead(int number, long wireSize, long size) {
        giveBack();
    }

    @Override
    public void streamClosed(Status status) {
        Begun to;
        synchronized (this) {
            closed = true;
            giveBack();
            to = begun;
            begun = null;
        }
        if (to != null) {
            to.end().ended();
        }
    }

    private void giveBack() {
        if (begun != null) {
            begun.share().giveBack(bytes);
        }
        bytes = 0;
    }
}
