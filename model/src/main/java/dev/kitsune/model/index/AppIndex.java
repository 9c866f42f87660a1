package dev.kitsune.model.index;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.ComponentName;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * Apps, and the app deployments of each.
 *
 * @param homes the namespace of each app
 * @param deployments app to all its app deployments, in force or not
 * @param components which app deployments in force have a component
 * @param namesakes the same by namespace and component name, which is how adapters are named
 */
public record AppIndex(
        PMap<String, String> homes,
        ObjectSets<String> deployments,
        ObjectSets<ComponentName> components,
        ObjectSets<AdapterName> namesakes) {
    static final AppIndex EMPTY =
            new AppIndex(HashTreePMap.empty(), ObjectSets.empty(), ObjectSets.empty(), ObjectSets.empty());

    AppIndex withHome(String app, @Nullable String namespace) {
        return new AppIndex(
                namespace == null ? homes.minus(app) : homes.plus(app, namespace), deployments, components, namesakes);
    }

    AppIndex withDeployment(String app, ObjectKey deployment) {
        return new AppIndex(homes, deployments.with(app, deployment), components, namesakes);
    }

    AppIndex withoutDeployment(String app, ObjectKey deployment) {
        return new AppIndex(homes, deployments.without(app, deployment), components, namesakes);
    }

    AppIndex withComponent(ComponentName name, ObjectKey deployment) {
        return new AppIndex(
                homes,
                deployments,
                components.with(name, deployment),
                namesakes.with(namesake(name, deployment), deployment));
    }

    AppIndex withoutComponent(ComponentName name, ObjectKey deployment) {
        return new AppIndex(
                homes,
                deployments,
                components.without(name, deployment),
                namesakes.without(namesake(name, deployment), deployment));
    }

    /**
     * Returns the name of an adapter in the namespace of an app deployment that has the same name as one of its
     * components.
     */
    static AdapterName namesake(ComponentName name, ObjectKey deployment) {
        return new AdapterName(deployment.namespace(), name.component());
    }
}
