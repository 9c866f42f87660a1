package dev.kitsune.envoy;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.kitsune.model.snapshot.Origin;
import io.envoyproxy.envoy.config.core.v3.Metadata;

/** The origin of a resource in its metadata, so that explaining it is a lookup. */
public final class Origins {
    /** The namespace of Kitsune's filter metadata. */
    public static final String NAMESPACE = "dev.kitsune";

    /**
     * The object and field that a resource comes from: {@code VirtualEnvironment/shop/cart-fix spec.components.cart}.
     */
    public static final String ORIGIN = "origin";

    /** The target of a call, as answers name it: {@code shop/cart@4f2c1d0}. */
    public static final String TARGET = "target";

    /** The address of an adapter: {@code api.example.com:8443}. */
    public static final String ADDRESS = "address";

    /**
     * The virtual environment of calls that leave their context behind, in the metadata of their route, or of the call
     * itself.
     */
    public static final String VIRTUAL_ENVIRONMENT = "environment";

    private Origins() {}

    public static Metadata metadata(Origin origin, String target) {
        return Metadata.newBuilder()
                .putFilterMetadata(
                        NAMESPACE,
                        Struct.newBuilder()
                                .putFields(ORIGIN, text(origin.toString()))
                                .putFields(TARGET, text(target))
                                .build())
                .build();
    }

    /** Returns the metadata of an adapter, which answers use. */
    public static Metadata ofAdapter(Origin origin, String name, String address) {
        Metadata.Builder metadata = metadata(origin, name).toBuilder();
        Struct.Builder ours = metadata.getFilterMetadataOrThrow(NAMESPACE).toBuilder();
        return metadata.putFilterMetadata(
                        NAMESPACE, ours.putFields(ADDRESS, text(address)).build())
                .build();
    }

    public static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }
}
