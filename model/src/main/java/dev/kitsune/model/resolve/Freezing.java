package dev.kitsune.model.resolve;

import dev.kitsune.model.index.Chain;
import dev.kitsune.model.index.Deployment;
import dev.kitsune.model.index.Parents;
import dev.kitsune.model.index.Reads;
import dev.kitsune.model.manifest.Adapter;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.overlay.ChainStep;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.ReleaseManifest;
import dev.kitsune.model.snapshot.ReleaseManifest.Reference;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Computes the content that a release would freeze: everything that it would serve now, as it is written in the files.
 */
final class Freezing {
    private Freezing() {}

    static @Nullable ReleaseManifest of(VirtualEnvironmentName name, ResolutionState state) {
        Reads reads = state.reads();
        Manifest<?> manifest = reads.virtualEnvironment(name);
        if (manifest == null || !(manifest.spec() instanceof VirtualEnvironment spec)) {
            return null;
        }
        Chain chain = ChainStep.live(manifest, spec, reads, new Parents(state.index()));
        if (chain == null) {
            return null;
        }
        Map<ObjectKey, AppDeployment> deployments = new HashMap<>();
        Map<ObjectKey, Adapter> adapters = new HashMap<>();
        chain.apps().values().forEach(released -> {
            Deployment deployment = reads.released(released, chain.frozen());
            if (deployment != null) {
                deployments.put(deployment.key(), deployment.spec());
            }
            reads.adapters(released.namespace(), chain.frozen()).forEach(a -> adapters.put(a.key(), a.spec()));
        });
        Map<ComponentVersion, Declaration> declares = new HashMap<>();
        chain.components().overrides().values().forEach(override -> {
            Declaration declaration = chain.components().declares().get(override.version());
            Declaration inForce = declaration != null ? declaration : reads.declaration(override.version());
            if (inForce != null) {
                declares.put(override.version(), inForce);
            }
        });
        Map<String, Reference> secrets = new HashMap<>();
        chain.overlay()
                .secrets()
                .forEach((secret, source) -> secrets.put(secret, new Reference(source.location(), source.origin())));
        return new ReleaseManifest(
                chain.environment(),
                chain.apps(),
                deployments,
                adapters,
                new ReleaseManifest.FrozenOverlay(
                        chain.components().overrides(),
                        declares,
                        chain.overlay().variables(),
                        secrets));
    }
}
