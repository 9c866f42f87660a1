package dev.kitsune.envoy;

import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;

/** The source of resources that other resources name: the one aggregated stream. */
public final class Ads {
    /** Waits for the named resource without a limit, because Kitsune always sends at least a stand-in. */
    public static final ConfigSource SOURCE = ConfigSource.newBuilder()
            .setAds(AggregatedConfigSource.getDefaultInstance())
            .setResourceApiVersion(ApiVersion.V3)
            .build();

    private Ads() {}
}
