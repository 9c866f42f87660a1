package dev.kitsune.xds.identity;

import dev.kitsune.xds.identity.Caller.Identified;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.HashMap;
import java.util.Map;

/** The shares of the callers that have calls. */
final class CallerShares {
    private final Map<String, CallerShare> byCaller = new HashMap<>();

    /** Begins a call, or refuses it because the caller has too many. */
    <Q, A> ServerCall.Listener<Q> begin(ArrivedCall<Q, A> call, Identified caller) {
        boolean stream = !call.call().getMethodDescriptor().getType().clientSendsOneMessage();
        CallerShare share;
        Status refusal;
        synchronized (this) {
            share = byCaller.computeIfAbsent(caller.id(), id -> new CallerShare());
            refusal = share.begin(stream);
        }
        if (refusal != null) {
            return call.refuse(refusal);
        }
        ArrivingBytes.of(call.context()).begin(call.call(), share, () -> end(caller.id(), stream));
        Context context = call.context().withValue(Caller.CURRENT, caller).withValue(CallerShare.CURRENT, share);
        return call.call()
                .during(caller.standing(), Contexts.interceptCall(context, call.call(), call.headers(), call.next()));
    }

    private synchronized void end(String caller, boolean stream) {
        byCaller.computeIfPresent(caller, (id, share) -> {
            share.end(stream);
            return share.isUnused() ? null : share;
        });
    }
}
