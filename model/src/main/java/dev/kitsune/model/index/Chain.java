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
 * @param mirror as written; never its parent's
 */
public record Chain(
        ChainPlace place, Overlay overlay, ChainRelease release, ChainComponents components, List<Mirror> mirror) {
    /**
     * Where a virtual environment stands.
     *
     * @param depth how many virtual environments the chain has, itself included
     * @param counted whether proxies report that it is used
     */
    public record ChainPlace(ObjectKey key, @Nullable String parent, int depth, String environment, boolean counted) {}

    /**
     * What a chain releases.
     *
     * @param own whether the virtual environment has a release of its own
     * @param ownApps the apps of that release
     * @param apps app to what is released of it, own or inherited
     * @param frozen what its release, or the nearest ancestor's, serves in place of what stands in the files
     */
    public record ChainRelease(
            boolean own,
            Set<String> ownApps,
            Map<String, ResolvedVirtualEnvironment.ResolvedApp> apps,
            @Nullable Frozen frozen) {}

    /**
     * What runs for each component.
     *
     * @param overrides the component versions that the chain's virtual environments chose, the nearest of each
     * @param running overrides, and behind them the app deployments'
     * @param declares what its own overrides declare, and where its own release is frozen all that is in it
     */
    public record ChainComponents(
            Map<ComponentName, ResolvedComponent> overrides,
            Map<ComponentName, ResolvedComponent> running,
            Map<ComponentVersion, Declaration> declares) {}

    public ObjectKey key() {
        return place.key();
    }

    @Nullable
    public String parent() {
        return place.parent();
    }

    public String environment() {
        return place.environment();
    }

    public Map<String, ResolvedVirtualEnvironment.ResolvedApp> apps() {
        return release.apps();
    }

    @Nullable
    public Frozen frozen() {
        return release.frozen();
    }

    /** Whether its own release is frozen. */
    public boolean isFrozen() {
        Frozen frozen = frozen();
        return frozen != null && frozen.owner().equals(key());
    }
}
