package dev.kitsune.xds.store;

import dev.kitsune.model.manifest.VirtualEnvironmentName;

/** The names of a wildcard subscription that depend on one virtual environment, or on none: {@link #STANDING}. */
record Membership(Wildcard wildcard, VirtualEnvironmentName virtualEnvironment) {
    /** Stands in place of a virtual environment's name for names that do not depend on virtual environments. */
    static final VirtualEnvironmentName STANDING = new VirtualEnvironmentName("");
}
