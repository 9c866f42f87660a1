package dev.kitsune.xds.replica;

import com.google.protobuf.StringValue;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;

/**
 * The gRPC method by which a replica passes calls of proxies on to a replica that may have their streams. Each message is
 * a {@link PassedCall} as JSON, and each answer a {@link PassedAnswer}. All calls share one stream, because a connection
 * has a limit of streams, and thousands of calls may wait at once.
 */
final class PassMethod {
    static final MethodDescriptor<StringValue, StringValue> PASS =
            MethodDescriptor.<StringValue, StringValue>newBuilder()
                    .setType(MethodType.BIDI_STREAMING)
                    .setFullMethodName("dev.kitsune.ReplicaStreams/Pass")
                    .setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
                    .setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
                    .build();

    private PassMethod() {}
}
