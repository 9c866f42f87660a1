package dev.kitsune.k8s.read;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.position.Position;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The Services, as the addresses at which apps call each other. One without an address of its own is none. */
final class ServiceObjects extends CollectedObjects<Service> {
    static final String PLACE = "Services";

    private final CatalogDraft draft;
    private final ResourceListener listener;
    private final Set<ObjectKey> present = new HashSet<>();

    ServiceObjects(CatalogDraft draft, ResourceListener listener) {
        super(PLACE);
        this.draft = draft;
        this.listener = listener;
    }

    @Override
    void replace(List<Service> all) {
        Set<ObjectKey> gone = new HashSet<>(present);
        for (Service service : all) {
            put(service);
            gone.remove(key(service));
        }
        gone.forEach(this::remove);
    }

    @Override
    public void put(Service service) {
        ObjectKey key = key(service);
        present.add(key);
        List<String> addresses = addresses(service.getSpec());
        draft.put(key, addresses.isEmpty() ? null : manifest(key, addresses), null);
        listener.service(key, service);
    }

    private static Manifest<?> manifest(ObjectKey key, List<String> addresses) {
        return new Manifest<>(
                key, new dev.kitsune.model.manifest.Service(addresses), Position.ofObject(key.toString()), Map.of());
    }

    @Override
    public void remove(Service service) {
        remove(key(service));
    }

    private void remove(ObjectKey key) {
        present.remove(key);
        draft.put(key, null, null);
        listener.service(key, null);
    }

    /** A headless Service has the address {@code None}, and one that only names a host has none. */
    private static List<String> addresses(ServiceSpec spec) {
        List<String> all = spec.getClusterIPs();
        Stream<String> given = all == null || all.isEmpty() ? Stream.ofNullable(spec.getClusterIP()) : all.stream();
        return given.filter(address -> !address.isEmpty() && !address.equals("None"))
                .toList();
    }

    private static ObjectKey key(Service service) {
        return new ObjectKey(
                Kind.Service,
                service.getMetadata().getNamespace(),
                service.getMetadata().getName());
    }
}
