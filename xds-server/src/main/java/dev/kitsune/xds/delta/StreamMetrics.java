package dev.kitsune.xds.delta;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.TypeNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** Counts the resources on the streams by type. */
public final class StreamMetrics {
    private final MeterRegistry meters;

    /** Each counter is there from the start, at zero, because Prometheus sees no increase in the first value of one. */
    public StreamMetrics(MeterRegistry meters) {
        this.meters = meters;
        for (ResourceType type : TypeNames.IN_ORDER) {
            sent(type, 0, 0);
            refusals(type);
        }
    }

    /** Counts the resources of one response. */
    public void sent(ResourceType type, int resources, int removals) {
        counter("kitsune.xds.resources.sent", "Resources sent to proxies", type).increment(resources);
        counter("kitsune.xds.resources.removed", "Removals sent to proxies", type)
                .increment(removals);
    }

    /** Counts one resource (or, on a state-of-the-world stream, one response) that a proxy rejected. */
    public void refused(ResourceType type) {
        refusals(type).increment();
    }

    private Counter refusals(ResourceType type) {
        return counter("kitsune.xds.refusals", "Resources that a proxy rejected", type);
    }

    private Counter counter(String name, String description, ResourceType type) {
        return Counter.builder(name)
                .description(description)
                .tag("type", type.name().toLowerCase(Locale.ROOT))
                .register(meters);
    }
}
