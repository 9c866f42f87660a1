package dev.kitsune.xds.identity;

import dev.kitsune.xds.identity.CallerStanding.StandingSubscription;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/**
 * A call that can be ended at any time, from any thread. Its service sees a call that the client has cancelled, and what
 * the service still sends is dropped.
 */
final class EndableCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private boolean closed;
    private boolean ended;

    EndableCall(ServerCall<Q, A> call) {
        super(call);
    }

    synchronized void end(Status reason) {
        if (!closed) {
            closed = true;
            ended = true;
            super.close(reason, new Metadata());
        }
    }

    /** Returns the listener of the call, which ends when the standing does. */
    ServerCall.Listener<Q> during(CallerStanding standing, ServerCall.Listener<Q> begun) {
        return new EndableListener(begun, standing.follow(this::end));
    }

    private synchronized boolean isEnded() {
        return ended;
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
        if (!ended) {
            super.sendHeaders(headers);
        }
    }

    @Override
    public synchronized void sendMessage(A message) {
        if (!ended) {
            super.sendMessage(message);
        }
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
        if (!ended) {
            closed = true;
            super.close(status, trailers);
        }
    }

    @Override
    public synchronized boolean isReady() {
        return !ended && super.isReady();
    }

    @Override
    public synchronized boolean isCancelled() {
        return ended || super.isCancelled();
    }

    private final class EndableListener extends SimpleForwardingServerCallListener<Q> {
        private final StandingSubscription following;

        EndableListener(ServerCall.Listener<Q> begun, StandingSubscription following) {
            super(begun);
            this.following = following;
        }

        @Override
        public void onMessage(Q message) {
            if (!isEnded()) {
                super.onMessage(message);
            }
        }

        @Override
        public void onHalfClose() {
            if (!isEnded()) {
                super.onHalfClose();
            }
        }

        @Override
        public void onCancel() {
            following.close();
            super.onCancel();
        }

        @Override
        public void onComplete() {
            following.close();
            if (isEnded()) {
                super.onCancel();
            } else {
                super.onComplete();
            }
        }
    }
}
