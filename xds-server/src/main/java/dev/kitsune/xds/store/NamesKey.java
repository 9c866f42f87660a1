package dev.kitsune.xds.store;

import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;

/**
 * The names of a type that an audience has because of one virtual environment, or without any: {@link #STANDING}.
 *
 * @param of the virtual environment, and the direction to which the names are limited
 */
record NamesKey(ResourceType type, Audience audience, ScopeKey of) {
    /** Stands in place of a virtual environment's name for names that do not depend on virtual environments. */
    static final VirtualEnvironmentName STANDING = new VirtualEnvironmentName("");

    boolean isStanding() {
        return of.virtualEnvironment().equals(STANDING);
    }
}
