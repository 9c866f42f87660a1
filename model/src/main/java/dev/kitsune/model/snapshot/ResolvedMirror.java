package dev.kitsune.model.snapshot;

/**
 * Copies of an environment's calls to one component go to what another environment runs for it.
 *
 * @param to the other environment, of the same kind
 * @param version what runs there
 * @param percent of the calls, never 0
 */
public record ResolvedMirror(String to, ComponentVersion version, int percent, Origin origin) {}
