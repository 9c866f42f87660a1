package dev.kitsune.xds.replica;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.store.AtProxies;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What this process serves, and what its proxies have of it. Is asked from any thread, and must not block. */
public interface ThisReplica {
    /** Its name among the replicas, such as the name of its pod. */
    String name();

    /** The virtual environments that it serves. */
    Set<VirtualEnvironmentName> served();

    /** Returns the version that it serves; null if it serves none. */
    @Nullable
    ServedGeneration generation(VirtualEnvironmentName virtualEnvironment);

    AtProxies atProxies(VirtualEnvironmentName virtualEnvironment);

    /** The number of its proxies. */
    int connected();
}
