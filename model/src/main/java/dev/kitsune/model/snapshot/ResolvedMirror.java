package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.VirtualEnvironmentName;

/**
 * A mirror copies a virtual environment's calls to one component. The copies go to the component version of another
 * virtual environment.
 *
 * @param to the other virtual environment, of the same environment
 * @param version the component version there
 * @param percent the percentage of calls that are copied, never 0
 */
public record ResolvedMirror(VirtualEnvironmentName to, ComponentVersion version, int percent, Origin origin) {}
