package dev.kitsune.envoy.route;

import dev.kitsune.model.manifest.Dependency;
import dev.kitsune.model.manifest.Dependency.DependencyType;
import dev.kitsune.model.manifest.Service;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.SelectableDeployment;
import dev.kitsune.model.snapshot.SnapshotView;
import org.jspecify.annotations.Nullable;

/** The Services behind the names by which an app calls its dependencies. */
public final class CalledServices {
    private CalledServices() {}

    /**
     * Returns the Service of a dependency; null if there is none.
     *
     * @param name the dependency's name as its component declares it
     */
    public static @Nullable Service of(
            String name, Dependency dependency, ComponentVersion caller, Declaration declaration, SnapshotView view) {
        if (dependency.type() == DependencyType.Adapter) {
            return view.service(declaration.namespace(), name);
        }
        ComponentName component = Destination.component(name, caller);
        String namespace = component.app().equals(caller.name().app())
                ? declaration.namespace()
                : view.deployments(component.app()).stream()
                        .findFirst()
                        .map(SelectableDeployment::namespace)
                        .orElse(declaration.namespace());
        return view.service(namespace, component.component());
    }
}
