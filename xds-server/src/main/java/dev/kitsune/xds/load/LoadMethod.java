package dev.kitsune.xds.load;

import com.google.protobuf.Empty;
import com.google.protobuf.StringValue;
import dev.kitsune.envoy.name.WireNames;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;

/**
 * The gRPC method that loads a virtual environment. Its message is the scope key of the request. The answer is empty, or a
 * gRPC status with the text for the request.
 */
public final class LoadMethod {
    public static final MethodDescriptor<StringValue, Empty> LOAD = MethodDescriptor.<StringValue, Empty>newBuilder()
            .setType(MethodType.UNARY)
            .setFullMethodName(WireNames.LOAD_METHOD)
            .setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
            .setResponseMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
            .build();

    private LoadMethod() {}
}
