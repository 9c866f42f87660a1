package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.Adapter;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment.ResolvedComponent;
import java.util.Map;

/**
 * All that a Stable release serves, as it was when the release became active. It holds only the places of secrets, so a
 * changed secret is served at once.
 *
 * @param environment the name of the environment
 * @param overlay what the chain's virtual environments put on that
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
     * What the virtual environments of a chain say beside the release.
     *
     * @param overrides the component versions that they chose
     * @param declares what those overrides declare
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

    /** Where a secret's value is kept, and which field says so. */
    public record Reference(SecretLocation location, Origin origin) {}
}
