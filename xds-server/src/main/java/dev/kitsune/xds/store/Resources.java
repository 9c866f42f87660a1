package dev.kitsune.xds.store;

import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.gate.ConfigurationFault;
import dev.kitsune.envoy.translate.Translator;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.SnapshotView;
import java.util.List;
import java.util.Optional;

/**
 * Makes the store's resources. The methods are pure and have the contracts of {@link Translator}. Tests of the protocol
 * implement it with invented resources.
 */
public interface Resources {
    Audience audience(Proxy proxy, SnapshotView view);

    List<String> wildcard(ResourceType type, Audience audience, SnapshotView view);

    List<String> wildcard(
            ResourceType type, Audience audience, VirtualEnvironmentName virtualEnvironment, SnapshotView view);

    Optional<Translated> translate(ResourceType type, String name, SnapshotView view);

    Optional<Translated> withheld(ResourceType type, String name);

    /** Returns the faults for which Envoy would reject a resource. A resource with faults is not published. */
    List<ConfigurationFault> faults(Translated made);

    /** Returns the replacement of a resource that may not be published and has no earlier version. */
    Optional<Translated> atFault(ResourceType type, String name);

    boolean entitled(Audience audience, ResourceType type, String name, SnapshotView view);

    /** Whether a proxy that loses its right may keep the resource until all proxies have what replaces it. */
    default boolean keeps(Audience audience, ResourceType type, String name, SnapshotView view) {
        return false;
    }
}
