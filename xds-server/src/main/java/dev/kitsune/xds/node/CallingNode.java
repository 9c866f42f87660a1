package dev.kitsune.xds.node;

import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.xds.identity.Caller;
import dev.kitsune.xds.identity.Caller.Identified;
import io.grpc.BindableService;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.MetadataUtils;

/**
 * The id of the proxy that makes a call. It follows from the credentials of the call. Where nobody needs credentials, the
 * call's header {@link WireNames#NODE_HEADER} holds the id of its Node.
 */
public final class CallingNode implements ServerInterceptor {
    private static final Metadata.Key<String> HEADER =
            Metadata.Key.of(WireNames.NODE_HEADER, Metadata.ASCII_STRING_MARSHALLER);

    private static final Context.Key<String> ID = Context.keyWithDefault(WireNames.NODE_HEADER, "");

    private CallingNode() {}

    /** Returns the service, whose methods may ask for the {@link #id}. */
    public static ServerServiceDefinition known(BindableService service) {
        return ServerInterceptors.intercept(service, new CallingNode());
    }

    /** Returns what adds the id of a proxy's Node to the calls of a client that acts for the proxy. */
    public static ClientInterceptor as(String id) {
        Metadata headers = new Metadata();
        headers.put(HEADER, id);
        return MetadataUtils.newAttachHeadersInterceptor(headers);
    }

    /** Returns the id for the call of this thread; empty if the call has neither credentials nor such a header. */
    public static String id() {
        return Caller.current() instanceof Identified caller ? caller.id() : ID.get();
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String id = headers.get(HEADER);
        return id == null
                ? next.startCall(call, headers)
                : Contexts.interceptCall(Context.current().withValue(ID, id), call, headers, next);
    }
}
