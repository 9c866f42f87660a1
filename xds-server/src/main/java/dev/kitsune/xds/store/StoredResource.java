package dev.kitsune.xds.store;

import com.google.common.hash.Hashing;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.Translated;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * One resource as it goes on the wire; all streams share it. Two resources are equal if a client would see no
 * difference.
 *
 * @param standIn see {@link Translated#standIn}
 * @param endpoints of a cluster by EDS, the name of its assignment; else null
 * @param alone whether it is sent by itself: Envoy acknowledges a rejected certificate that arrives again, so that a
 *     faulty one among several could not be found
 */
public record StoredResource(
        ResourceType type,
        Resource packed,
        boolean standIn,
        @Nullable String endpoints,
        boolean alone) {
    /** 128 bits suffice to distinguish contents, and a reconnecting Envoy sends one version for each resource. */
    private static final int VERSION_LENGTH = 32;

    public String name() {
        return packed.getName();
    }

    /** The first half of the hexadecimal SHA-256 of the resource's deterministic bytes. */
    public String version() {
        return packed.getVersion();
    }

    /** The approximate number of bytes on the wire. */
    public int size() {
        return packed.getSerializedSize();
    }

    static StoredResource of(ResourceType type, String name, Translated translated) {
        ByteString bytes = deterministicBytes(translated.resource());
        String version = Hashing.sha256()
                .hashBytes(bytes.asReadOnlyByteBuffer())
                .toString()
                .substring(0, VERSION_LENGTH);
        Resource packed = Resource.newBuilder()
                .setName(name)
                .setVersion(version)
                .setResource(Any.newBuilder().setTypeUrl(type.typeUrl()).setValue(bytes))
                .build();
        Message resource = translated.resource();
        boolean alone = resource instanceof Secret secret && !secret.hasGenericSecret();
        return new StoredResource(type, packed, translated.standIn(), endpoints(resource), alone);
    }

    private static @Nullable String endpoints(Message resource) {
        if (resource instanceof Cluster cluster && cluster.getType() == Cluster.DiscoveryType.EDS) {
            String service = cluster.getEdsClusterConfig().getServiceName();
            return service.isEmpty() ? cluster.getName() : service;
        }
        return null;
    }

    private static ByteString deterministicBytes(Message resource) {
        byte[] bytes = new byte[resource.getSerializedSize()];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.useDeterministicSerialization();
        try {
            resource.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to an array", e);
        }
        return ByteString.copyFrom(bytes);
    }
}
