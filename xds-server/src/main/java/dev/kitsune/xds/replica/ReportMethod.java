package dev.kitsune.xds.replica;

import com.google.protobuf.Empty;
import com.google.protobuf.StringValue;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;

/**
 * The gRPC method by which a replica reports to the holder. Each message is a {@link ReplicaReport} as JSON, and is
 * answered when it counts.
 */
final class ReportMethod {
    static final MethodDescriptor<StringValue, Empty> REPORT = MethodDescriptor.<StringValue, Empty>newBuilder()
            .setType(MethodType.BIDI_STREAMING)
            .setFullMethodName("dev.kitsune.Replicas/Report")
            .setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
            .setResponseMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
            .build();

    /** The header with the token that only replicas know. */
    static final Metadata.Key<String> TOKEN =
            Metadata.Key.of("kitsune-replica-token", Metadata.ASCII_STRING_MARSHALLER);

    private ReportMethod() {}
}
