package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.Adapter;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment.ResolvedComponent;
import java.util.Map;

/**
 * Everything that a Stable release serves, in the state at the time when the release became active. It holds only the
 * locations of secrets, so a changed secret is served at once.
 *
 * @param environment the name of the environment
 * @param overlay the overrides of the chain's virtual environments
 */
public record ReleaseManifest(
        String environment,
        Map<String, ResolvedVirtualEnvironment.ResolvedApp> apps,
        Map<ObjectKey, AppDeployment> appDeployments,
        Map<ObjectKey, Adapter> adapters,
        FrozenOverlay overlay) {
    public ReleaseManifest {
        apps = Map.copyOf(apps);
        appDeployments = Map.copyOf(appDeployments);
        adapters = Map.copyOf(adapters);
    }

    /**
     * The overrides of the virtual environments of a chain.
     *
     * @param overrides the component versions that they choose
     * @param declares the declarations of those overrides
     */
    public record FrozenOverlay(
            Map<ComponentName, ResolvedComponent> overrides,
            Map<ComponentVersion, Declaration> declares,
            Map<String, Overlay.OverlayVariable> variables,
            Map<String, Reference> secrets) {
        public FrozenOverlay {
            overrides = Map.copyOf(overrides);
            declares = Map.copyOf(declares);
            variables = Map.copyOf(variables);
            secrets = Map.copyOf(secrets);
        }
    }

    /** The location of a secret's value, with the field that names it. */
    public record Reference(SecretLocation location, Origin origin) {}
}
