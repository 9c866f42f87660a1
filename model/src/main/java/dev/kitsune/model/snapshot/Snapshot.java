package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.AppProtocol;
import dev.kitsune.model.manifest.Platform;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.PMap;

/** Everything resolved at one moment. Persistent maps: the next snapshot shares what did not change. */
public record Snapshot(
        Platform platform,
        PMap<String, ResolvedEnvironment> environments,
        PMap<ComponentVersion, Declaration> declarations,
        PMap<ComponentVersion, List<ResolvedWorkload>> workloads,
        PMap<SecretId, Secret> secrets,
        SortedMap<String, Set<ResolvedRoute>> released,
        SortedMap<String, ResolvedSelection> selections,
        PMap<String, AppDeployments> appDeployments,
        Set<String> stable)
        implements SnapshotView {

    /** The same, in which these component versions are declared as well. */
    public Snapshot withDeclarations(Map<ComponentVersion, Declaration> more) {
        return more.isEmpty()
                ? this
                : new Snapshot(
                        platform,
                        environments,
                        declarations.plusAll(more),
                        workloads,
                        secrets,
                        released,
                        selections,
                        appDeployments,
                        stable);
    }

    @Override
    public @Nullable ResolvedEnvironment environment(String name) {
        return environments.get(name);
    }

    @Override
    public @Nullable Declaration declaration(ComponentVersion version) {
        return declarations.get(version);
    }

    /** All of a version's workloads run the same build, so it is enough that one of them says so. */
    @Override
    public AppProtocol appProtocol(ComponentVersion version) {
        Declaration declaration = declaration(version);
        boolean declared = declaration != null && declaration.protocol() == AppProtocol.H2C;
        return declared || workloads(version).stream().anyMatch(w -> w.protocol() == AppProtocol.H2C)
                ? AppProtocol.H2C
                : AppProtocol.HTTP;
    }

    @Override
    public Collection<ResolvedWorkload> workloads(ComponentVersion version) {
        List<ResolvedWorkload> found = workloads.get(version);
        return found == null ? List.of() : found;
    }

    /**
     * Computed at each call, because keeping it would be a second copy of all that the virtual environments choose.
     */
    @Override
    public SortedMap<String, Choice> choices(ComponentName component) {
        SortedMap<String, Choice> choices = new TreeMap<>();
        environments.forEach((name, environment) -> {
            Choice choice = Choice.of(environment, component);
            if (choice != null) {
                choices.put(name, choice);
            }
        });
        return choices;
    }

    @Override
    public @Nullable ResolvedSelection selection(String kindOfEnvironment) {
        return selections.get(kindOfEnvironment);
    }

    @Override
    public List<SelectableDeployment> deployments(String app) {
        return appDeployments.getOrDefault(app, AppDeployments.NONE).newestFirst();
    }

    @Override
    public RuleInputs ruleInputs(String app) {
        return appDeployments.getOrDefault(app, AppDeployments.NONE).ruleInputs();
    }

    @Override
    public boolean isStable(String kindOfEnvironment) {
        return stable.contains(kindOfEnvironment);
    }

    @Override
    public @Nullable Secret secret(SecretId id) {
        return secrets.get(id);
    }
}
