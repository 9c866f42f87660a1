package dev.kitsune.xds.use;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.Set;

/** Learns which proxy reports uses of virtual environments. Must not block. */
@FunctionalInterface
public interface ProxyUses {
    /** {@code nodeId}: empty if the proxy does not name itself */
    void used(String nodeId, Set<VirtualEnvironmentName> virtualEnvironments);
}
