package dev.kitsune.xds.store;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.gate.ConfigurationFault;
import dev.kitsune.envoy.translate.Translator;
import dev.kitsune.model.snapshot.SnapshotView;
import java.util.List;
import java.util.Optional;

/**
 * Where the store's resources come from. The methods are pure and have the contracts of {@link Translator}; it is a
 * seam so that the protocol can be tested with resources that are made up.
 */
public interface Resources {
    List<String> wildcard(ResourceType type, Proxy proxy, SnapshotView view);

    List<String> wildcard(ResourceType type, Proxy proxy, String virtualEnvironment, SnapshotView view);

    Optional<Translated> translate(ResourceType type, String name, SnapshotView view);

    Optional<Translated> withheld(ResourceType type, String name);

    /** What Envoy would refuse of a resource, which is then not published. */
    List<ConfigurationFault> faults(Translated made);

    /** What is published in place of a resource that may not be, where no earlier version of it is served. */
    Optional<Translated> atFault(ResourceType type, String name);

    boolean entitled(Proxy proxy, ResourceType type, String name, SnapshotView view);
}
