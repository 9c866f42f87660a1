package dev.kitsune.e2e.behaviour;

import static java.util.Objects.requireNonNull;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.MetadataUtils;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A gRPC app without a sidecar. It reads the headers of each call from a line, and prints the answer. Its argument is
 * the target, and like every gRPC client it finds its control plane by GRPC_XDS_BOOTSTRAP. Otherwise its arguments are
 * a sidecar's port and the authority. {@code grpc/client.py} is the same program in Python.
 */
final class JavaGrpcClient {
    private static final int PATIENCE_SECONDS = 40;

    private JavaGrpcClient() {}

    public static void main(String[] arguments) throws IOException {
        ManagedChannelBuilder<?> builder = Grpc.newChannelBuilder(arguments[0], InsecureChannelCredentials.create());
        if (arguments.length > 1) {
            builder.overrideAuthority(arguments[1]);
        }
        ManagedChannel channel = builder.build();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(call(channel, line).replace('\n', ' '));
            }
        } finally {
            channel.shutdownNow();
        }
    }

    private static String call(Channel channel, String line) {
        Metadata headers = new Metadata();
        for (String header : line.strip().split(" +", -1)) {
            if (!header.isEmpty()) {
                String[] parts = header.split("=", 2);
                headers.put(Metadata.Key.of(parts[0], Metadata.ASCII_STRING_MARSHALLER), parts[1]);
            }
        }
        AtomicReference<Metadata> answered = new AtomicReference<>();
        try {
            HealthGrpc.newBlockingStub(ClientInterceptors.intercept(
                            channel,
                            MetadataUtils.newAttachHeadersInterceptor(headers),
                            MetadataUtils.newCaptureMetadataInterceptor(answered, new AtomicReference<>())))
                    .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .check(HealthCheckRequest.getDefaultInstance());
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode() + " " + e.getStatus().getDescription();
        }
        return "OK " + requireNonNull(answered.get()).get(GrpcApp.SEEN);
    }
}
