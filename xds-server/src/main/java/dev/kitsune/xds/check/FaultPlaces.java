package dev.kitsune.xds.check;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.gate.ConfigurationFault;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.ClusterName.AdapterClusterName;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.position.Position;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the position of a fault in the files, by the origin in the resource, or else by the object in the resource's
 * name.
 */
final class FaultPlaces {
    private static final Position NOWHERE = new Position(".", 1, 1);

    private final Map<String, Manifest<?>> manifests = new HashMap<>();

    /** Names of virtual environments stand alone, without a namespace. */
    private final Map<VirtualEnvironmentName, Manifest<?>> virtualEnvironments = new HashMap<>();

    record FaultPlace(
            Position position,
            @Nullable ObjectKey object,
            @Nullable String field) {}

    FaultPlaces(Catalog catalog) {
        catalog.manifests().values().forEach(manifest -> {
            ObjectKey key = manifest.key();
            manifests.putIfAbsent(key.toString(), manifest);
            if (key.kind() == Kind.VirtualEnvironment) {
                virtualEnvironments.putIfAbsent(key.virtualEnvironmentName(), manifest);
            }
        });
    }

    FaultPlace of(ServedName name, ConfigurationFault fault) {
        return Optional.ofNullable(fault.origin())
                .flatMap(this::origin)
                .or(() -> named(name))
                .orElse(new FaultPlace(NOWHERE, null, null));
    }

    /** {@code KIND/NAMESPACE/NAME FIELD} */
    private Optional<FaultPlace> origin(String origin) {
        int space = origin.indexOf(' ');
        return space < 0
                ? Optional.empty()
                : place(manifests.get(origin.substring(0, space)), origin.substring(space + 1));
    }

    private Optional<FaultPlace> named(ServedName name) {
        if (name.type() == ResourceType.ROUTE) {
            return RouteName.parse(name.name())
                    .flatMap(route -> place(virtualEnvironments.get(route.virtualEnvironment()), "spec"));
        }
        return ClusterName.parse(name.name())
                .filter(AdapterClusterName.class::isInstance)
                .map(cluster -> ((AdapterClusterName) cluster).adapter())
                .flatMap(adapter -> place(
                        manifests.get(new ObjectKey(Kind.Adapter, adapter.namespace(), adapter.name()).toString()),
                        "spec"));
    }

    private static Optional<FaultPlace> place(@Nullable Manifest<?> manifest, String field) {
        return Optional.ofNullable(manifest).map(found -> new FaultPlace(found.at(field), found.key(), field));
    }
}
