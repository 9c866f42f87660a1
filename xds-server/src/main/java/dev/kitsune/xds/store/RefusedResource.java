package dev.kitsune.xds.store;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.TypeNames;
import dev.kitsune.envoy.gate.ConfigurationFault;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A resource that is not published as it was made, because Envoy would reject it or because it could not be made. This
 * record holds no value of the resource.
 *
 * @param reasons at least one
 * @param origin the object and field of the first reason, where it is known
 * @param earlierStays whether an earlier version is still served; otherwise a stand-in with the reason, or nothing
 */
public record RefusedResource(
        ResourceType type,
        String name,
        List<String> reasons,
        @Nullable String origin,
        boolean earlierStays) {
    private static final int MOST_REASONS = 5;

    static final Comparator<RefusedResource> ORDER =
            Comparator.comparing(RefusedResource::type).thenComparing(RefusedResource::name);

    public RefusedResource {
        reasons = List.copyOf(reasons);
    }

    /** Returns the first one in {@link #ORDER}; null if there is none. */
    static @Nullable RefusedResource first(@Nullable RefusedResource one, @Nullable RefusedResource other) {
        return one == null || (other != null && ORDER.compare(other, one) < 0) ? other : one;
    }

    static RefusedResource of(ResourceKey key, List<ConfigurationFault> faults, boolean earlierStays) {
        return new RefusedResource(
                key.type(),
                key.name(),
                faults.stream()
                        .limit(MOST_REASONS)
                        .map(ConfigurationFault::toString)
                        .toList(),
                faults.stream()
                        .flatMap(fault -> Optional.ofNullable(fault.origin()).stream())
                        .findFirst()
                        .orElse(null),
                earlierStays);
    }

    /** One sentence for people. */
    public String sentence() {
        return TypeNames.singular(type) + " " + name + " is not published, because " + String.join("; ", reasons)
                + (earlierStays ? "; its earlier version stays in force" : "; there is no earlier version of it")
                + (origin == null ? "" : "; it comes from " + origin)
                + ": this is a fault of Kitsune, please report it";
    }
}
