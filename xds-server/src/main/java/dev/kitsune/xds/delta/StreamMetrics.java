package dev.kitsune.xds.delta;

import dev.kitsune.envoy.ResourceType;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** Counts the resources on the streams by type. */
public final class StreamMetrics {
    private final MeterRegistry meters;

    public StreamMetrics(MeterRegistry meters) {
        this.meters = meters;
    }

    /** Counts the resources of one response. */
    public void sent(ResourceType type, int resources, int removals) {
        counter("kitsune.xds.resources.sent", "Resources sent to proxies", type).increment(resources);
        counter("kitsune.xds.resources.removed", "Removals sent to proxies", type)
                .increment(removals);
    }

    /** Counts one resource (or, on a state-of-the-world stream, one response) that a proxy rejected. */
    public void refused(ResourceType type) {
        counter("kitsune.xds.refusals", "Resources that a proxy rejected", type).increment();
    }

    private Counter counter(String name, String description, ResourceType type) {
        return Counter.builder(name)
                .description(description)
                .tag("type", type.name().toLowerCase(Locale.ROOT))
                .register(meters);
    }
}
