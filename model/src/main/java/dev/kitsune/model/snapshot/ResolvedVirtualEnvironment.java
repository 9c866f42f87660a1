package dev.kitsune.model.snapshot;

import dev.kitsune.model.problem.Problem;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A virtual environment with its overlay chain applied. Parts that equal the parent's are the same instances as the
 * parent's, so that ten thousand virtual environments cost only what is unique to them.
 *
 * @param environment the name of its environment ({@code dev})
 * @param counted whether proxies report that it is used
 * @param apps app to what its release names, own or inherited
 * @param ownApps the apps of its own release: these alone answer calls without context
 * @param components what runs for each component of those apps, overrides included
 * @param adapters every adapter of the namespaces of those apps
 * @param routes the rules of its components in the total order in which they are tried
 * @param mirrors where copies of its own calls go, by the component that is called; never inherited
 * @param expired what ended it; null while it is served
 */
public record ResolvedVirtualEnvironment(
        String name,
        String namespace,
        String environment,
        @Nullable String parent,
        boolean counted,
        Overlay overlay,
        Map<String, ResolvedApp> apps,
        Set<String> ownApps,
        Map<ComponentName, ResolvedComponent> components,
        Map<AdapterName, ResolvedAdapter> adapters,
        List<ResolvedRoute> routes,
        Map<ComponentName, List<ResolvedMirror>> mirrors,
        List<Problem> problems,
        @Nullable Expired expired) {
    public ResolvedVirtualEnvironment {
        apps = Map.copyOf(apps);
        ownApps = Set.copyOf(ownApps);
        components = Map.copyOf(components);
        adapters = Map.copyOf(adapters);
        routes = List.copyOf(routes);
        mirrors = Map.copyOf(mirrors);
        problems = List.copyOf(problems);
    }

    /** The same with other app deployments, and with what follows from them. */
    public ResolvedVirtualEnvironment with(
            Map<String, ResolvedApp> otherApps,
            Map<ComponentName, ResolvedComponent> otherComponents,
            List<ResolvedRoute> otherRoutes) {
        return new ResolvedVirtualEnvironment(
                name,
                namespace,
                environment,
                parent,
                counted,
                overlay,
                otherApps,
                ownApps,
                otherComponents,
                adapters,
                otherRoutes,
                mirrors,
                problems,
                expired);
    }

    /**
     * The virtual environment after it has expired: it runs nothing, no rule leads to it, and nobody uses it. Variables
     * and adapters stay, because descendants that do not differ in them share their clusters and credentials with it.
     */
    public ResolvedVirtualEnvironment ended(Expired by, List<Problem> otherProblems) {
        return new ResolvedVirtualEnvironment(
                name,
                namespace,
                environment,
                parent,
                false,
                overlay,
                Map.of(),
                Set.of(),
                Map.of(),
                adapters,
                List.of(),
                Map.of(),
                otherProblems,
                by);
    }

    /** An app deployment in force for one app. */
    public record ResolvedApp(String namespace, String appDeployment, Origin origin) {}

    /** The version that runs for a component here, and what chose it. */
    public record ResolvedComponent(ComponentVersion version, Origin origin) {}
}
