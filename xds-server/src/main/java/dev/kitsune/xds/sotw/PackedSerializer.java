package dev.kitsune.xds.sotw;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.controlplane.cache.Resources.ApiVersion;
import io.envoyproxy.controlplane.server.serializer.ProtoResourcesSerializer;

/** The store's resources are packed already. */
final class PackedSerializer implements ProtoResourcesSerializer {
    @Override
    public Any serialize(Message resource, ApiVersion apiVersion) {
        return (Any) resource;
    }
}
