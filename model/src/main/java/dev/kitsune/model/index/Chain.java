package dev.kitsune.model.index;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment.Mirror;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Overlay;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment.ResolvedComponent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A virtual environment with its overlay chain applied, before any template.
 *
 * @param depth how many virtual environments the chain has, itself included
 * @param releases whether it has a release of its own
 * @param overrides the component versions that the chain's virtual environments chose, the nearest of each
 * @param components overrides, and behind them the app deployments'
 * @param declares what its own overrides declare, and where its own release is frozen all that is in it
 * @param mirror as written; never its parent's
 * @param frozen what its release, or the nearest ancestor's, serves in place of what stands in the files
 */
public record Chain(
        ObjectKey key,
        @Nullable String parent,
        int depth,
        boolean counted,
        String environment,
        boolean releases,
        Set<String> ownApps,
        Overlay overlay,
        Map<String, ResolvedVirtualEnvironment.ResolvedApp> apps,
        Map<ComponentName, ResolvedComponent> overrides,
        Map<ComponentName, ResolvedComponent> components,
        Map<ComponentVersion, Declaration> declares,
        List<Mirror> mirror,
        @Nullable Frozen frozen) {
    /** Whether its own release is frozen. */
    public boolean isFrozen() {
        return frozen != null && frozen.owner().equals(key);
    }
}
