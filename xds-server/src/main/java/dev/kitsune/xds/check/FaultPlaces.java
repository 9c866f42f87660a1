package dev.kitsune.xds.check;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.gate.ConfigurationFault;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.snapshot.AdapterName;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Where in the files a fault comes from: what the resource says of it, or else the object that its name names. */
final class FaultPlaces {
    private static final Position NOWHERE = new Position(".", 1, 1);

    private final Catalog catalog;

    record Place(Position position, @Nullable ObjectKey object) {}

    FaultPlaces(Catalog catalog) {
        this.catalog = catalog;
    }

    Place of(ServedName name, ConfigurationFault fault) {
        return Optional.ofNullable(fault.origin())
                .flatMap(this::origin)
                .or(() -> named(name))
                .orElse(new Place(NOWHERE, null));
    }

    /** {@code KIND/NAMESPACE/NAME FIELD} */
    private Optional<Place> origin(String origin) {
        int space = origin.indexOf(' ');
        return space < 0
                ? Optional.empty()
                : find(key -> key.toString().equals(origin.substring(0, space)), origin.substring(space + 1));
    }

    private Optional<Place> named(ServedName name) {
        if (name.type() == ResourceType.ROUTE) {
            return RouteName.parse(name.name())
                    .flatMap(route -> find(
                            key -> key.kind() == Kind.VirtualEnvironment
                                    && key.name().equals(route.environment()),
                            "spec"));
        }
        return ClusterName.parse(name.name())
                .filter(ClusterName.Adapter.class::isInstance)
                .map(cluster -> ((ClusterName.Adapter) cluster).adapter())
                .flatMap(adapter -> find(key -> isOf(key, adapter), "spec"));
    }

    private static boolean isOf(ObjectKey key, AdapterName adapter) {
        return key.kind() == Kind.Adapter
                && key.namespace().equals(adapter.namespace())
                && key.name().equals(adapter.name());
    }

    private Optional<Place> find(Predicate<ObjectKey> is, String field) {
        return catalog.manifests().values().stream()
                .filter(manifest -> is.test(manifest.key()))
                .findFirst()
                .map((Manifest<?> manifest) -> new Place(manifest.at(field), manifest.key()));
    }
}
