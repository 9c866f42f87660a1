package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A virtual environment with its overlay chain applied. Parts that equal the parent's are the same instances as the
 * parent's, so that ten thousand virtual environments cost only what is unique to them.
 *
 * @param components the version of each component of the apps of its release, including overrides
 * @param adapters every adapter of the namespaces of those apps
 */
public record ResolvedVirtualEnvironment(
        Identity identity,
        Overlay overlay,
        ReleasedApps release,
        Map<ComponentName, ResolvedComponent> components,
        Map<AdapterName, ResolvedAdapter> adapters,
        Traffic traffic,
        Condition condition) {
    public ResolvedVirtualEnvironment {
        components = Map.copyOf(components);
        adapters = Map.copyOf(adapters);
    }

    /**
     * The identity of the virtual environment.
     *
     * @param environment the name of its environment ({@code dev})
     * @param counted whether proxies report that it is used
     */
    public record Identity(
            VirtualEnvironmentName name,
            String namespace,
            String environment,
            @Nullable VirtualEnvironmentName parent,
            boolean counted) {
        Identity uncounted() {
            return new Identity(name, namespace, environment, parent, false);
        }
    }

    /**
     * The release.
     *
     * @param apps the released app deployment of each app, own or inherited
     * @param ownApps the apps of its own release; only these answer calls without context
     */
    public record ReleasedApps(Map<String, ResolvedApp> apps, Set<String> ownApps) {
        public static final ReleasedApps NONE = new ReleasedApps(Map.of(), Set.of());

        public ReleasedApps {
            apps = Map.copyOf(apps);
            ownApps = Set.copyOf(ownApps);
        }
    }

    /**
     * The routes of its requests.
     *
     * @param routes the rules of its components in the total order in which they are tried
     * @param mirrors the mirrors of its own calls, by called component; they are never inherited
     */
    public record Traffic(List<ResolvedRoute> routes, Map<ComponentName, List<ResolvedMirror>> mirrors) {
        public static final Traffic NONE = new Traffic(List.of(), Map.of());

        public Traffic {
            routes = List.copyOf(routes);
            mirrors = Map.copyOf(mirrors);
        }
    }

    /**
     * The state of the virtual environment.
     *
     * @param problems those that no ancestor has
     * @param inherited those that it has because an ancestor has them
     * @param expired the limit that ended it; null while it is served
     */
    public record Condition(
            List<Problem> problems,
            List<InheritedProblem> inherited,
            @Nullable Expired expired) {
        public static final Condition WITHOUT_PROBLEMS = new Condition(List.of(), List.of(), null);

        public Condition {
            problems = List.copyOf(problems);
            inherited = List.copyOf(inherited);
        }
    }

    /** Returns the key of its manifest. */
    public ObjectKey key() {
        return new ObjectKey(Kind.VirtualEnvironment, namespace(), name().value());
    }

    public VirtualEnvironmentName name() {
        return identity.name();
    }

    public String namespace() {
        return identity.namespace();
    }

    public String environment() {
        return identity.environment();
    }

    @Nullable
    public VirtualEnvironmentName parent() {
        return identity.parent();
    }

    public boolean counted() {
        return identity.counted();
    }

    public Map<String, ResolvedApp> apps() {
        return release.apps();
    }

    public Set<String> ownApps() {
        return release.ownApps();
    }

    public List<ResolvedRoute> routes() {
        return traffic.routes();
    }

    public Map<ComponentName, List<ResolvedMirror>> mirrors() {
        return traffic.mirrors();
    }

    public List<Problem> problems() {
        return condition.problems();
    }

    public List<InheritedProblem> inheritedProblems() {
        return condition.inherited();
    }

    @Nullable
    public Expired expired() {
        return condition.expired();
    }

    /** Returns the same virtual environment with other app deployments, and with their components and rules. */
    public ResolvedVirtualEnvironment with(
            Map<String, ResolvedApp> otherApps,
            Map<ComponentName, ResolvedComponent> otherComponents,
            List<ResolvedRoute> otherRoutes) {
        return new ResolvedVirtualEnvironment(
                identity,
                overlay,
                new ReleasedApps(otherApps, ownApps()),
                otherComponents,
                adapters,
                new Traffic(otherRoutes, mirrors()),
                condition);
    }

    /**
     * Returns the virtual environment after it has expired. It has no components, no rule leads to it, and no uses are
     * counted. Variables and adapters stay, because descendants that do not differ in them share their clusters and
     * credentials with it.
     */
    public ResolvedVirtualEnvironment ended(Expired by, List<Problem> otherProblems) {
        return new ResolvedVirtualEnvironment(
                identity.uncounted(),
                overlay,
                ReleasedApps.NONE,
                Map.of(),
                adapters,
                Traffic.NONE,
                new Condition(otherProblems, condition.inherited(), by));
    }

    /** An app deployment in force for one app. */
    public record ResolvedApp(String namespace, String appDeployment, Origin origin) {}

    /** The version of a component in this virtual environment, and the field that chose it. */
    public record ResolvedComponent(ComponentVersion version, Origin origin) {}
}
