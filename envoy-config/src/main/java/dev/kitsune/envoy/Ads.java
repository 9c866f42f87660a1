package dev.kitsune.envoy;

import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;

/** How one resource refers to another: over the one aggregated stream. */
public final class Ads {
    /** Waits for the other as long as it takes: a stand-in always comes. */
    public static final ConfigSource SOURCE = ConfigSource.newBuilder()
            .setAds(AggregatedConfigSource.getDefaultInstance())
            .setResourceApiVersion(ApiVersion.V3)
            .build();

    private Ads() {}
}
