package dev.kitsune.xds.replica;

import com.google.protobuf.StringValue;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;

/**
 * A stream of another replica to this one. It ends once, and drops what is answered after that.
 *
 * @param <A> the answers
 */
abstract class ReplicaCallStream<A> implements StreamObserver<StringValue> {
    private final StreamObserver<A> answers;
    private final Set<ReplicaCallStream<A>> open;
    private boolean ended;

    /** {@code open}: has the stream until it ends */
    ReplicaCallStream(StreamObserver<A> answers, Set<ReplicaCallStream<A>> open) {
        this.answers = answers;
        this.open = open;
        // With a handler, an answer to a replica that has gone is dropped, and throws nothing.
        ((ServerCallStreamObserver<A>) answers).setOnCancelHandler(() -> open.remove(this));
        open.add(this);
    }

    final synchronized boolean hasEnded() {
        return ended;
    }

    final synchronized void answer(A answer) {
        if (!ended) {
            answers.onNext(answer);
        }
    }

    final synchronized void end(Status reason) {
        open.remove(this);
        if (!ended) {
            ended = true;
            answers.onError(reason.asException());
        }
    }

    /** This replica takes no more calls. */
    final void close() {
        end(Status.UNAVAILABLE.withDescription("this replica is stopping"));
    }

    @Override
    public final synchronized void onError(Throwable error) {
        ended = true;
        open.remove(this);
    }

    @Override
    public final synchronized void onCompleted() {
        open.remove(this);
        if (!ended) {
            ended = true;
            answers.onCompleted();
        }
    }
}
