package dev.kitsune.xds.replica;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/** Refuses calls without the token of the replicas. */
final class ReplicaTokenCheck implements ServerInterceptor {
    private final ReplicaToken token;

    ReplicaTokenCheck(ReplicaToken token) {
        this.token = token;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String shown = headers.get(ReportMethod.TOKEN);
        if (shown != null && token.is(shown)) {
            return next.startCall(call, headers);
        }
        call.close(
                Status.UNAUTHENTICATED.withDescription("the header " + ReportMethod.TOKEN.name()
                        + " must hold the token of the replicas: start all replicas with the same token"),
                new Metadata());
        return new ServerCall.Listener<>() {};
    }
}
