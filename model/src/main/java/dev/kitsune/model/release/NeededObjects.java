package dev.kitsune.model.release;

import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.Dependency;
import dev.kitsune.model.manifest.Dependency.DependencyType;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The objects that an object needs to work as it does, each with the field that names it. A virtual environment that is
 * needed has no namespace here, because its children name it in the whole mesh.
 */
public final class NeededObjects {
    private NeededObjects() {}

    /** Returns what a manifest names. A release that is active needs more. */
    public static Map<ObjectKey, String> of(Manifest<?> manifest) {
        Map<ObjectKey, String> fields = new HashMap<>();
        String namespace = manifest.key().namespace();
        if (manifest.spec() instanceof VirtualEnvironment spec) {
            VirtualEnvironment.OverlayBase base = spec.base();
            if (base.environment() != null) {
                fields.put(new ObjectKey(Kind.Environment, "", base.environment()), "spec.environment");
            }
            if (base.parent() != null) {
                fields.put(
                        new ObjectKey(Kind.VirtualEnvironment, "", base.parent().value()), "spec.parent");
            }
            spec.components().forEach((name, override) -> {
                Map<String, Dependency> own = override.dependencies();
                adapters(namespace, name, own == null ? Map.of() : own, fields);
            });
        } else if (manifest.spec() instanceof AppDeployment spec) {
            spec.components().forEach((name, component) -> adapters(namespace, name, component.dependencies(), fields));
        }
        return fields;
    }

    private static void adapters(
            String namespace, String component, Map<String, Dependency> dependencies, Map<ObjectKey, String> fields) {
        dependencies.forEach((name, dependency) -> {
            if (dependency.type() == DependencyType.Adapter) {
                fields.putIfAbsent(
                        new ObjectKey(Kind.Adapter, namespace, name),
                        "spec.components." + component + ".dependencies." + name);
            }
        });
    }

    /**
     * Returns what the active release of a virtual environment needs. A Stable one does not need the objects that it
     * froze, but its environment, which also decides who may select the virtual environment.
     *
     * @param namespace of the virtual environment
     * @param active null for none
     */
    public static Map<ObjectKey, String> of(String namespace, @Nullable ReleaseEntry active) {
        Map<ObjectKey, String> fields = new HashMap<>();
        if (active != null && active.frozen() != null) {
            fields.put(new ObjectKey(Kind.Environment, "", active.frozen().environment()), "spec.release");
        } else if (active != null) {
            active.wanted()
                    .apps()
                    .values()
                    .forEach(app -> fields.put(
                            new ObjectKey(Kind.AppDeployment, namespace, app.appDeployment()), "spec.release"));
        }
        return fields;
    }
}
