package dev.kitsune.xds.inspect;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.TypeNames;
import dev.kitsune.envoy.json.EnvoyJson;
import dev.kitsune.xds.store.StoredResource;
import org.jspecify.annotations.Nullable;

/**
 * An Envoy resource that some proxy subscribes to.
 *
 * @param version null for secrets: it is a digest, from which a weak one could be guessed
 * @param bytes null for secrets as well
 * @param standIn whether it is only a stand-in for something that does not exist
 * @param resource as Envoy's JSON; null in lists, and always for secrets, whose contents are shown to nobody
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ResourceRow(
        String type,
        String name,
        @Nullable String version,
        @Nullable Integer bytes,
        boolean standIn,
        @JsonRawValue @Nullable String resource) {
    static ResourceRow of(StoredResource resource) {
        boolean secret = resource.type() == ResourceType.SECRET;
        return new ResourceRow(
                TypeNames.singular(resource.type()),
                resource.name(),
                secret ? null : resource.version(),
                secret ? null : resource.size(),
                resource.standIn(),
                null);
    }

    static ResourceRow whole(StoredResource stored) {
        ResourceRow row = of(stored);
        if (stored.type() == ResourceType.SECRET) {
            return row;
        }
        try {
            String json = EnvoyJson.print(EnvoyJson.unpack(stored.packed().getResource()));
            return new ResourceRow(row.type, row.name, row.version, row.bytes, row.standIn, json);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a resource that we packed is not well formed", e);
        }
    }
}
