package dev.kitsune.xds.inspect;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.xds.delta.StreamView;
import dev.kitsune.xds.store.RefusedResource;
import dev.kitsune.xds.store.StoredResource;
import java.util.Collection;
import java.util.List;

/** The resources that proxies have at the moment of the call. */
public interface Published {
    /** The proxies that are connected. */
    List<StreamView> proxies();

    /** The resources of a type that some proxy subscribes to. */
    Collection<StoredResource> held(ResourceType type);

    /** The resources that are not published as they were made. */
    List<RefusedResource> refused();
}
