package dev.kitsune.e2e.behaviour;

import dev.kitsune.e2e.mesh.AppStarter;
import dev.kitsune.e2e.mesh.Running;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/**
 * A gRPC component with the services for health and reflection. Its answers have a header with the values of the
 * virtual environment that it received.
 */
final class GrpcApp {
    /** Such as {@code cart@c2 in green, greeting Green}. */
    static final Metadata.Key<String> SEEN = Metadata.Key.of("app-seen", Metadata.ASCII_STRING_MARSHALLER);

    static final Metadata.Key<String> VIRTUAL_ENVIRONMENT =
            Metadata.Key.of("kitsune-env", Metadata.ASCII_STRING_MARSHALLER);

    private static final Metadata.Key<String> GREETING =
            Metadata.Key.of("kitsune-var-greeting", Metadata.ASCII_STRING_MARSHALLER);

    static final AppStarter STARTER = (component, port, outboundPort) ->
            start(component.name().component() + "@" + component.version(), port, seen -> {});

    private GrpcApp() {}

    /** @param tell receives the text of each call */
    static Running start(String name, int port, Consumer<String> tell) {
        try {
            Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .addService(new HealthStatusManager().getHealthService())
                    .addService(ProtoReflectionServiceV1.newInstance())
                    .intercept(new Seeing(name, tell))
                    .build()
                    .start();
            return server::shutdownNow;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Seeing(String name, Consumer<String> tell) implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            String seen = name + " in " + headers.get(VIRTUAL_ENVIRONMENT) + ", greeting " + headers.get(GREETING);
            tell.accept(seen);
            return next.startCall(
                    new SimpleForwardingServerCall<>(call) {
                        @Override
                        public void sendHeaders(Metadata answer) {
                            answer.put(SEEN, seen);
                            super.sendHeaders(answer);
                        }
                    },
                    headers);
        }
    }
}
