package dev.kitsune.xds.store;

import com.google.common.collect.Sets;
import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.Snapshot;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a wildcard subscription.
 *
 * @param loaded the only virtual environment and direction whose names it holds; null if it is not limited
 */
record WildcardKey(
        ResourceType type, Audience audience, @Nullable ScopeKey loaded) {
    /** Whether it holds the names of every virtual environment. */
    boolean isEager() {
        return loaded == null && audience.scopes() == Proxy.Scopes.EAGER;
    }

    /** The virtual environments whose names it holds. */
    Set<VirtualEnvironmentName> virtualEnvironments(Snapshot from) {
        if (loaded != null) {
            return Set.of(loaded.virtualEnvironment());
        }
        return isEager() ? from.virtualEnvironments().keySet() : Set.of();
    }

    /** Returns the part of its names that depends on one of these. */
    NamesKey names(VirtualEnvironmentName virtualEnvironment) {
        String direction = loaded == null ? ScopeKey.ALL : loaded.direction();
        return new NamesKey(type, audience, new ScopeKey(direction, virtualEnvironment));
    }

    /** All that its names depend on: virtual environments, and {@link NamesKey#STANDING}. */
    Set<VirtualEnvironmentName> dependsOn(Snapshot from) {
        if (!type.hasWildcard()) {
            return Set.of();
        }
        return loaded == null
                ? Sets.union(Set.of(NamesKey.STANDING), virtualEnvironments(from))
                : virtualEnvironments(from);
    }
}
