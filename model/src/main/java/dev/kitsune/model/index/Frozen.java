package dev.kitsune.model.index;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.PodTemplate;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Overlay;
import dev.kitsune.model.snapshot.Overlay.SecretSource;
import dev.kitsune.model.snapshot.ReleaseManifest;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The content that a Stable release serves instead of the files, with its texts parsed.
 *
 * @param owner the virtual environment whose release it is; its children inherit it
 */
public record Frozen(
        ObjectKey owner,
        ReleaseManifest manifest,
        Map<ObjectKey, Deployment> deployments,
        Map<ObjectKey, AdapterTemplates> adapters) {

    static Frozen of(ObjectKey owner, ReleaseManifest manifest) {
        Map<ObjectKey, Deployment> deployments = new HashMap<>();
        manifest.appDeployments().forEach((key, spec) -> deployments.put(key, Deployment.of(key, spec)));
        Map<ObjectKey, AdapterTemplates> adapters = new HashMap<>();
        manifest.adapters().forEach((key, spec) -> adapters.put(key, AdapterTemplates.of(key, spec)));
        return new Frozen(owner, manifest, Map.copyOf(deployments), Map.copyOf(adapters));
    }

    /** Returns the frozen app deployment; null if the release has none of that name. */
    @Nullable
    Deployment deployment(ResolvedVirtualEnvironment.ResolvedApp released) {
        return deployments.get(new ObjectKey(Kind.AppDeployment, released.namespace(), released.appDeployment()));
    }

    boolean covers(String namespace) {
        return manifest.apps().values().stream().anyMatch(a -> a.namespace().equals(namespace));
    }

    List<AdapterTemplates> adaptersOf(String namespace) {
        return adapters.values().stream()
                .filter(a -> a.key().namespace().equals(namespace))
                .toList();
    }

    /** Returns the frozen overlay. Its references to secrets lead to the current secrets. */
    public Overlay overlay(Reads reads) {
        Map<String, SecretSource> secrets = new HashMap<>();
        manifest.overlay()
                .secrets()
                .forEach((name, reference) -> secrets.put(
                        name,
                        new SecretSource(
                                reference.location(), reads.present(reference.location()), reference.origin())));
        return new Overlay(manifest.overlay().variables(), secrets);
    }

    public Map<ComponentVersion, Declaration> declares() {
        Map<ComponentVersion, Declaration> declares = new HashMap<>();
        deployments.values().forEach(d -> declares.putAll(d.declarations()));
        declares.putAll(manifest.overlay().declares());
        return Map.copyOf(declares);
    }

    /** Returns the templates of the pods of those versions that have one. */
    public Map<ComponentVersion, PodTemplate> templates() {
        Map<ComponentVersion, PodTemplate> templates = new HashMap<>();
        deployments.values().forEach(d -> templates.putAll(d.templates()));
        return Map.copyOf(templates);
    }
}
