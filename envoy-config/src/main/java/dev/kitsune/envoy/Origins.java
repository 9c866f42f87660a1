package dev.kitsune.envoy;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.kitsune.model.snapshot.Origin;
import io.envoyproxy.envoy.config.core.v3.Metadata;

/** Where a resource comes from, kept in its metadata, so that "why?" is a look-up. */
public final class Origins {
    /** The namespace of Kitsune's filter metadata. */
    public static final String NAMESPACE = "dev.kitsune";

    /** The object and field that decided: {@code VirtualEnvironment/shop/cart-fix spec.components.cart}. */
    public static final String ORIGIN = "origin";

    /** What the call is for, as answers name it: {@code shop/cart@4f2c1d0}. */
    public static final String TARGET = "target";

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

    public static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }
}
