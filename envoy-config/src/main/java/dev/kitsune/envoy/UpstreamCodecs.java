package dev.kitsune.envoy;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;

/** The last filter of a cluster that has upstream filters. */
public final class UpstreamCodecs {
    /** Envoy requires it after all other upstream filters. */
    public static final HttpFilter FILTER = HttpFilter.newBuilder()
            .setName("envoy.filters.http.upstream_codec")
            .setTypedConfig(Any.pack(UpstreamCodec.getDefaultInstance()))
            .build();

    private UpstreamCodecs() {}
}
