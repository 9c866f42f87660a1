package dev.kitsune.xds.identity;

import dev.kitsune.xds.identity.Caller.Identified;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;

/** A call that has not begun. */
record ArrivedCall<Q, A>(EndableCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next, Context context) {
    ServerCall.Listener<Q> begin(Caller caller, CallerShares shares) {
        return caller instanceof Identified identified
                ? shares.begin(this, identified)
                : Contexts.interceptCall(context.withValue(Caller.CURRENT, caller), call, headers, next);
    }

    ServerCall.Listener<Q> refuse(Status reason) {
        call.end(reason);
        return new ServerCall.Listener<>() {};
    }
}
