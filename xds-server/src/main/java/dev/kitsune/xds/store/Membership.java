package dev.kitsune.xds.store;

import dev.kitsune.model.manifest.VirtualEnvironmentName;

/** The names of a wildcard subscription that depend on one virtual environment, or on none. */
record Membership(Wildcard wildcard, VirtualEnvironmentName virtualEnvironment) {
    NamesKey names() {
        return wildcard.key().names(virtualEnvironment);
    }
}
