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
 * @param releasedHomes the namespaces of the app deployments that Stable releases hold, which may have been deleted
 * @param deployments app to all its app deployments, in force or not
 * @param components which app deployments in force have a component
 * @param namesakes the same by namespace and component name, which is how adapters are named
 */
public record AppIndex(
        PMap<String, String> homes,
        ObjectSets<AppHome> releasedHomes,
        ObjectSets<String> deployments,
        ObjectSets<ComponentName> components,
        ObjectSets<AdapterName> namesakes) {
    static final AppIndex EMPTY = new AppIndex(
            HashTreePMap.empty(), ObjectSets.empty(), ObjectSets.empty(), ObjectSets.empty(), ObjectSets.empty());

    /** One namespace of an app. */
    record AppHome(String app, String namespace) {}

    /** Whether an app deployment of the app that is served is in that namespace. */
    boolean isHome(String app, String namespace) {
        return namespace.equals(homes.get(app)) || releasedHomes.has(new AppHome(app, namespace));
    }

    AppIndex withReleased(AppHome home, ObjectKey virtualEnvironment) {
        return new AppIndex(homes, releasedHomes.with(home, virtualEnvironment), deployments, components, namesakes);
    }

    AppIndex withoutReleased(AppHome home, ObjectKey virtualEnvironment) {
        return new AppIndex(homes, releasedHomes.without(home, virtualEnvironment), deployments, components, namesakes);
    }

    AppIndex withHome(String app, @Nullable String namespace) {
        return new AppIndex(
                namespace == null ? homes.minus(app) : homes.plus(app, namespace),
                releasedHomes,
                deployments,
                components,
                namesakes);
    }

    AppIndex withDeployment(String app, ObjectKey deployment) {
        return new AppIndex(homes, releasedHomes, deployments.with(app, deployment), components, namesakes);
    }

    AppIndex withoutDeployment(String app, ObjectKey deployment) {
        return new AppIndex(homes, releasedHomes, deployments.without(app, deployment), components, namesakes);
    }

    AppIndex withComponent(ComponentName name, ObjectKey deployment) {
        return new AppIndex(
                homes,
                releasedHomes,
                deployments,
                components.with(name, deployment),
                namesakes.with(namesake(name, deployment), deployment));
    }

    AppIndex withoutComponent(ComponentName name, ObjectKey deployment) {
        return new AppIndex(
                homes,
                releasedHomes,
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
