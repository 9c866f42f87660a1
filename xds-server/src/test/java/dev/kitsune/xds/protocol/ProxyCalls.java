package dev.kitsune.xds.protocol;

import com.google.protobuf.StringValue;
import dev.kitsune.xds.load.LoadMethod;
import dev.kitsune.xds.node.CallingNode;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The single calls of proxies to the control plane. */
public final class ProxyCalls implements AutoCloseable {
    private final Channel channel;
    private final @Nullable ManagedChannel own;

    public ProxyCalls(int port) {
        own = DeltaClient.connect(port);
        channel = own;
    }

    /** Calls on a shared connection, which stays open. */
    public ProxyCalls(Channel channel) {
        this.own = null;
        this.channel = channel;
    }

    /** Calls for a request that names a virtual environment. Returns the status of the call when it is answered. */
    public CompletableFuture<Status> load(String nodeId, String virtualEnvironment) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                ClientCalls.blockingUnaryCall(
                        as(nodeId), LoadMethod.LOAD, CallOptions.DEFAULT, StringValue.of(virtualEnvironment));
                return Status.OK;
            } catch (StatusRuntimeException e) {
                return e.getStatus();
            }
        });
    }

    /** Reports a use. */
    public void used(String nodeId, String virtualEnvironment) {
        ExportLogsServiceRequest.Builder report = ExportLogsServiceRequest.newBuilder();
        report.addResourceLogsBuilder()
                .addScopeLogsBuilder()
                .addLogRecordsBuilder()
                .getBodyBuilder()
                .setStringValue(virtualEnvironment);
        LogsServiceGrpc.newBlockingStub(as(nodeId)).export(report.build());
    }

    private Channel as(String nodeId) {
        return ClientInterceptors.intercept(channel, CallingNode.as(nodeId));
    }

    @Override
    public void close() {
        if (own != null) {
            own.shutdownNow();
        }
    }
}
