package dev.kitsune.e2e.xds;

import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc.LogsServiceImplBase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A relay between Envoys and a control plane, which records every message and may change the responses. */
public final class XdsRelay implements AutoCloseable {
    private final ManagedChannel controlPlane;
    private final Server server;
    private final UnaryOperator<DeltaDiscoveryResponse> change;
    private final List<DeltaDiscoveryRequest> requests = new CopyOnWriteArrayList<>();
    private final List<DeltaDiscoveryResponse> responses = new CopyOnWriteArrayList<>();
    private final List<ExportLogsServiceRequest> reports = new CopyOnWriteArrayList<>();
    private final AtomicInteger streams = new AtomicInteger();

    public XdsRelay(int controlPlanePort) throws IOException {
        this(controlPlanePort, UnaryOperator.identity());
    }

    public XdsRelay(int controlPlanePort, UnaryOperator<DeltaDiscoveryResponse> change) throws IOException {
        this(
                controlPlanePort,
                new Ends(InsecureChannelCredentials.create(), InsecureServerCredentials.create(), "127.0.0.1"),
                change);
    }

    /** The same over TLS. What Envoys show, the relay shows to the control plane. */
    public XdsRelay(int controlPlanePort, Ends ends, UnaryOperator<DeltaDiscoveryResponse> change) throws IOException {
        this.change = change;
        this.controlPlane = NettyChannelBuilder.forAddress("127.0.0.1", controlPlanePort, ends.controlPlane())
                .overrideAuthority(ends.serverName())
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .build();
        this.server = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), ends.envoys())
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .intercept(new ShownToken())
                .addService(new Service())
                .addService(new Uses())
                .fallbackHandlerRegistry(new PassedCalls(controlPlane))
                .build()
                .start();
    }

    public int port() {
        return server.getPort();
    }

    /** Returns the number of streams that have been opened. */
    public int streams() {
        return streams.get();
    }

    /** Returns all requests so far, in the order of their streams. */
    public List<DeltaDiscoveryRequest> requests() {
        return List.copyOf(requests);
    }

    /** Returns all responses so far, without changes of the relay. */
    public List<DeltaDiscoveryResponse> responses() {
        return List.copyOf(responses);
    }

    /** Returns all reports of uses so far. */
    public List<ExportLogsServiceRequest> reports() {
        return List.copyOf(reports);
    }

    @Override
    public void close() {
        server.shutdownNow();
        controlPlane.shutdownNow();
    }

    /**
     * How the relay is connected.
     *
     * @param serverName of the control plane
     */
    public record Ends(ChannelCredentials controlPlane, ServerCredentials envoys, String serverName) {}

    /** Keeps what an Envoy shows for the calls that are made for it. */
    private static final class ShownToken implements ServerInterceptor {
        private static final Metadata.Key<String> HEADER =
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
        private static final Context.Key<Metadata> OF_CALL = Context.keyWithDefault("shown", new Metadata());

        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            Metadata shown = new Metadata();
            String text = headers.get(HEADER);
            if (text != null) {
                shown.put(HEADER, text);
            }
            return Contexts.interceptCall(Context.current().withValue(OF_CALL, shown), call, headers, next);
        }

        static ClientInterceptor again() {
            return MetadataUtils.newAttachHeadersInterceptor(OF_CALL.get());
        }
    }

    private final class Service extends AggregatedDiscoveryServiceImplBase {
        @Override
        public StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(
                StreamObserver<DeltaDiscoveryResponse> envoy) {
            // A control plane that returns must be found at once.
            controlPlane.resetConnectBackoff();
            streams.incrementAndGet();
            StreamObserver<DeltaDiscoveryRequest> upstream = AggregatedDiscoveryServiceGrpc.newStub(controlPlane)
                    .withInterceptors(ShownToken.again())
                    .deltaAggregatedResources(passing(envoy, responses, change));
            return passing(upstream, requests, UnaryOperator.identity());
        }
    }

    private final class Uses extends LogsServiceImplBase {
        @Override
        public void export(ExportLogsServiceRequest report, StreamObserver<ExportLogsServiceResponse> envoy) {
            reports.add(report);
            LogsServiceGrpc.newStub(controlPlane)
                    .withInterceptors(ShownToken.again())
                    .export(report, envoy);
        }
    }

    private static <T> StreamObserver<T> passing(StreamObserver<T> to, List<T> noted, UnaryOperator<T> change) {
        return new StreamObserver<>() {
            @Override
            public void onNext(T message) {
                noted.add(message);
                to.onNext(change.apply(message));
            }

            @Override
            public void onError(Throwable error) {
                to.onError(error);
            }

            @Override
            public void onCompleted() {
                to.onCompleted();
            }
        };
    }
}
