package dev.kitsune.xds.inspect;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.xds.delta.StreamView;
import dev.kitsune.xds.store.RefusedResource;
import dev.kitsune.xds.store.StoredResource;
import java.util.List;

/** The resources of the shop's proxies. */
final class ShopPublished implements Published {
    private List<RefusedResource> refused = List.of();

    void refuse(RefusedResource resource) {
        refused = List.of(resource);
    }

    @Override
    public List<StreamView> proxies() {
        return Shop.proxies();
    }

    @Override
    public List<StoredResource> held(ResourceType type) {
        return Shop.held(type);
    }

    @Override
    public List<RefusedResource> refused() {
        return refused;
    }
}
