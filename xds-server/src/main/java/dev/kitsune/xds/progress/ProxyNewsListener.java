package dev.kitsune.xds.progress;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.Set;

/** Learns of which virtual environments the proxies may have something else. */
@FunctionalInterface
public interface ProxyNewsListener {
    /** Is called by one thread at a time, without locks. Some of them may no longer exist. */
    void changed(Set<VirtualEnvironmentName> virtualEnvironments);
}
