package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.VirtualEnvironmentName;

/**
 * Copies of a virtual environment's calls to one component go to what another virtual environment runs for it.
 *
 * @param to the other virtual environment, of the same environment
 * @param version what runs there
 * @param percent of the calls, never 0
 */
public record ResolvedMirror(VirtualEnvironmentName to, ComponentVersion version, int percent, Origin origin) {}
