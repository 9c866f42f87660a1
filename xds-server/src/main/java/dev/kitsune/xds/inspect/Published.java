package dev.kitsune.xds.inspect;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.xds.delta.StreamView;
import dev.kitsune.xds.store.RefusedResource;
import dev.kitsune.xds.store.StoredResource;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What proxies have, at the moment of the call.
 *
 * @param proxies that are connected
 * @param held resources of a type that some proxy subscribes to
 * @param refused resources that are not published as they were made
 */
public record Published(
        Supplier<List<StreamView>> proxies,
        Function<ResourceType, Collection<StoredResource>> held,
        Supplier<List<RefusedResource>> refused) {}
