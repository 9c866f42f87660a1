package dev.kitsune.xds.load;

import dev.kitsune.model.manifest.VirtualEnvironmentName;

/** Knows the virtual environments that are not served because of mistakes in their manifests. */
@FunctionalInterface
public interface BrokenNames {
    boolean contains(VirtualEnvironmentName virtualEnvironment);
}
