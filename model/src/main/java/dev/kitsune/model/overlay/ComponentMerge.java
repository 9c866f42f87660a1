package dev.kitsune.model.overlay;

import dev.kitsune.model.index.Chain;
import dev.kitsune.model.index.Deployment;
import dev.kitsune.model.index.Frozen;
import dev.kitsune.model.index.ProblemReport;
import dev.kitsune.model.index.Reads;
import dev.kitsune.model.manifest.AppDeployment.Component;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironment.ComponentOverride;
import dev.kitsune.model.problem.DidYouMean;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment.ResolvedComponent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Merges the component versions of the chain. The nearest override of a component counts, and then the app deployment's
 * version.
 */
public final class ComponentMerge {
    private final Map<String, ResolvedVirtualEnvironment.ResolvedApp> apps;
    private final @Nullable Frozen frozen;
    private final ObjectKey key;
    private final Reads reads;
    private final ProblemReport report;

    private ComponentMerge(
            Map<String, ResolvedVirtualEnvironment.ResolvedApp> apps,
            @Nullable Frozen frozen,
            ObjectKey key,
            Reads reads,
            ProblemReport report) {
        this.apps = apps;
        this.frozen = frozen;
        this.key = key;
        this.reads = reads;
        this.report = report;
    }

    @SuppressWarnings("ReferenceEquality") // Values that equal the parent's are the same instances as the parent's.
    static Chain.ChainComponents merge(
            @Nullable Chain parent,
            Map<String, ResolvedVirtualEnvironment.ResolvedApp> apps,
            ObjectKey key,
            VirtualEnvironment spec,
            Reads reads,
            ProblemReport report) {
        Map<ComponentName, ResolvedComponent> inherited =
                parent == null ? Map.of() : parent.components().overrides();
        ComponentMerge merge = new ComponentMerge(apps, parent == null ? null : parent.frozen(), key, reads, report);
        Map<ComponentName, ResolvedComponent> overrides = inherited;
        Map<ComponentVersion, Declaration> declares = new HashMap<>();
        if (!spec.components().isEmpty() || !spec.unset().components().isEmpty()) {
            Map<ComponentName, ResolvedComponent> own = new HashMap<>(inherited);
            new TreeSet<>(spec.unset().components()).forEach(name -> merge.unset(own, name));
            new TreeMap<>(spec.components()).forEach((name, override) -> merge.override(own, declares, name, override));
            overrides = Map.copyOf(own);
        }
        boolean asParent = parent != null && apps == parent.apps() && overrides == inherited;
        Map<ComponentName, ResolvedComponent> components =
                asParent && parent != null ? parent.components().running() : merge.components(overrides);
        return new Chain.ChainComponents(overrides, components, Map.copyOf(declares));
    }

    /** Returns the component versions of a frozen release. */
    static Map<ComponentName, ResolvedComponent> frozen(
            Frozen frozen, ObjectKey key, Reads reads, ProblemReport report) {
        return new ComponentMerge(frozen.manifest().apps(), frozen, key, reads, report)
                .components(frozen.manifest().overlay().overrides());
    }

    private Map<ComponentName, ResolvedComponent> components(Map<ComponentName, ResolvedComponent> overrides) {
        Map<ComponentName, ResolvedComponent> components = new HashMap<>();
        apps.forEach((app, released) -> {
            Deployment deployment = reads.released(released, frozen);
            if (deployment != null) {
                deployment
                        .spec()
                        .components()
                        .forEach((name, component) -> components.put(
                                new ComponentName(app, name),
                                new ResolvedComponent(
                                        new ComponentVersion(app, name, component.version()),
                                        new Origin(deployment.key(), "spec.components." + name))));
            }
        });
        components.putAll(overrides);
        return Map.copyOf(components);
    }

    private void unset(Map<ComponentName, ResolvedComponent> overrides, String written) {
        List<ComponentName> meant = overrides.keySet().stream()
                .filter(n -> n.toString().equals(written) || n.component().equals(written))
                .sorted()
                .toList();
        Origin at = new Origin(key, "spec.unset.components");
        if (meant.isEmpty()) {
            report.add(
                    ProblemCode.NothingToUnset,
                    at,
                    "\"" + written + "\" is not inherited, so there is nothing to unset");
        } else if (meant.size() > 1) {
            report.add(ProblemCode.AmbiguousComponent, at, ambiguous(written, meant));
        } else {
            overrides.remove(meant.get(0));
        }
    }

    private void override(
            Map<ComponentName, ResolvedComponent> overrides,
            Map<ComponentVersion, Declaration> declares,
            String written,
            ComponentOverride override) {
        Origin origin = new Origin(key, "spec.components." + written);
        Map<ComponentName, Deployment> candidates = new TreeMap<>();
        apps.forEach((app, released) -> {
            Deployment deployment = reads.released(released, frozen);
            if (deployment != null) {
                deployment.spec().components().keySet().stream()
                        .map(name -> new ComponentName(app, name))
                        .filter(n ->
                                n.toString().equals(written) || n.component().equals(written))
                        .forEach(n -> candidates.put(n, deployment));
            }
        });
        if (candidates.size() == 1) {
            candidates.forEach((name, deployment) -> {
                ComponentVersion version = new ComponentVersion(name, override.version());
                overrides.put(name, new ResolvedComponent(version, origin));
                declares.put(version, declaration(deployment, name.component(), override, origin));
            });
        } else if (candidates.isEmpty()) {
            report.add(
                    ProblemCode.UnknownComponent,
                    origin,
                    "no app of the release has a component " + written + DidYouMean.hint(written, known(written)));
        } else {
            report.add(ProblemCode.AmbiguousComponent, origin, ambiguous(written, List.copyOf(candidates.keySet())));
        }
    }

    private static Declaration declaration(
            Deployment deployment, String component, ComponentOverride override, Origin origin) {
        Component inherited = deployment.spec().components().get(component);
        if (inherited == null) {
            throw new IllegalArgumentException(deployment.key() + " has no component " + component);
        }
        return new Declaration(
                deployment.key().namespace(),
                override.variables() != null ? override.variables() : inherited.variables(),
                override.secrets() != null ? override.secrets() : inherited.secrets(),
                override.dependencies() != null ? override.dependencies() : inherited.dependencies(),
                override.protocol() != null ? override.protocol() : inherited.protocol(),
                origin);
    }

    /** Returns the names for suggestions, with or without their app like the unknown name. */
    private Set<String> known(String written) {
        TreeSet<String> names = new TreeSet<>();
        apps.forEach((app, released) -> {
            Deployment deployment = reads.released(released, frozen);
            if (deployment != null) {
                deployment
                        .spec()
                        .components()
                        .keySet()
                        .forEach(c -> names.add(written.contains("/") ? app + "/" + c : c));
            }
        });
        return names;
    }

    public static String ambiguous(String written, List<ComponentName> meant) {
        return "several apps have a component " + written + ": write " + meant.get(0) + " or " + meant.get(1);
    }
}
