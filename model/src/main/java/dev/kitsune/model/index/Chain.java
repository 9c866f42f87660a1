package dev.kitsune.model.index;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment.Mirror;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
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
 * @param mirror its own mirrors, without its parent's
 */
public record Chain(
        ChainPlace place, Overlay overlay, ChainRelease release, ChainComponents components, List<Mirror> mirror) {
    /**
     * The position of a virtual environment in its chain.
     *
     * @param depth how many virtual environments the chain has, itself included
     * @param counted whether proxies report that it is used
     */
    public record ChainPlace(
            ObjectKey key, @Nullable VirtualEnvironmentName parent, int depth, String environment, boolean counted) {}

    /**
     * The releases of a chain.
     *
     * @param own whether the virtual environment has a release of its own
     * @param ownApps the apps of that release
     * @param apps the released app deployment of each app, own or inherited
     * @param leftOut why other apps of these releases are left out, by app
     * @param frozen the content that its release, or the nearest ancestor's, serves in place of the files; null for
     *     none
     */
    public record ChainRelease(
            boolean own,
            Set<String> ownApps,
            Map<String, ResolvedVirtualEnvironment.ResolvedApp> apps,
            Map<String, Problem> leftOut,
            @Nullable Frozen frozen) {}

    /**
     * The version of each component.
     *
     * @param overrides the component versions that the chain's virtual environments chose, the nearest of each
     * @param running the overrides, and the app deployments' versions of all other components
     * @param declares the declarations of its own overrides, and all declarations of its own frozen release
     */
    public record ChainComponents(
            Map<ComponentName, ResolvedComponent> overrides,
            Map<ComponentName, ResolvedComponent> running,
            Map<ComponentVersion, Declaration> declares) {}

    public ObjectKey key() {
        return place.key();
    }

    @Nullable
    public VirtualEnvironmentName parent() {
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
