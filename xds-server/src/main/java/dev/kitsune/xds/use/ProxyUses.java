package dev.kitsune.xds.use;

import dev.kitsune.model.manifest.VirtualEnvironmentName;

/** Learns which proxy reports a use of a virtual environment. Must not block. */
@FunctionalInterface
public interface ProxyUses {
    /** {@code nodeId}: empty if the proxy does not name itself */
    void used(String nodeId, VirtualEnvironmentName virtualEnvironment);
}
