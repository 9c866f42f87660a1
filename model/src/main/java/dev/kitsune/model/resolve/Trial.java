package dev.kitsune.model.resolve;

import dev.kitsune.model.index.Chain;
import dev.kitsune.model.index.ChainState;
import dev.kitsune.model.index.Deployment;
import dev.kitsune.model.index.Details;
import dev.kitsune.model.index.Fact;
import dev.kitsune.model.index.RouteClaim;
import dev.kitsune.model.index.StepResults.StepResult;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.Dependency;
import dev.kitsune.model.manifest.Dependency.DependencyType;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The trial of a release: the problems of everything that it would serve, and the facts that were read to find them.
 * Another trial can have another result only if one of these facts has changed.
 */
public final class Trial {
    private final List<Problem> problems;
    private final Set<Fact> read;

    private Trial(List<Problem> problems, Set<Fact> read) {
        this.problems = List.copyOf(problems);
        this.read = Set.copyOf(read);
    }

    static Trial of(
            VirtualEnvironmentName name,
            ResolutionState state,
            Map<VirtualEnvironmentName, ResolvedVirtualEnvironment> virtualEnvironments) {
        List<Problem> problems = new ArrayList<>();
        Set<Fact> read = new HashSet<>();
        StepResult<ChainState> chain = state.chains().kept().get(name);
        StepResult<Details> details = state.details().kept().get(name);
        if (chain != null) {
            read.addAll(chain.read());
        }
        if (details != null) {
            read.addAll(details.read());
        }
        ChainState found = chain == null ? null : chain.result();
        Chain resolved = found == null ? null : found.chain();
        Set<ObjectKey> objects = objects(name, resolved, state);
        state.found().at(new ProblemSource.ResolvedName(name)).stream()
                .filter(p -> !isOfAnotherAdapter(p, objects))
                .forEach(problems::add);
        if (resolved != null) {
            resolved.components().running().values().stream()
                    .flatMap(c -> state.found().at(new ProblemSource.DeclaredVersion(c.version())).stream())
                    .filter(p -> objects.contains(p.object()))
                    .forEach(problems::add);
        }
        for (ObjectKey object : objects) {
            ProblemSource source = new ProblemSource.CheckedObject(object);
            problems.addAll(state.found().at(source));
            StepResult<List<Problem>> check = state.checks().kept().get(source);
            if (check != null) {
                read.addAll(check.read());
            }
        }
        for (RouteClaim claim : RouteClaims.of(virtualEnvironments.get(name)).keySet()) {
            read.add(new Fact.HoldersOf(claim));
            List<Problem> of = state.found().at(new ProblemSource.ClaimedRule(claim));
            if (of.stream().anyMatch(p -> p.isError() && name.equals(p.virtualEnvironment()))) {
                problems.addAll(of);
            }
        }
        return new Trial(problems.stream().sorted(Problem.ORDER).distinct().toList(), read);
    }

    /** A release never waits for an adapter that none of its components calls. */
    private static boolean isOfAnotherAdapter(Problem problem, Set<ObjectKey> objects) {
        return problem.object() != null
                && problem.object().kind() == Kind.Adapter
                && !objects.contains(problem.object());
    }

    /**
     * Returns the virtual environment itself, the app deployments of its own release, and the adapters that its
     * components call.
     */
    private static Set<ObjectKey> objects(VirtualEnvironmentName name, @Nullable Chain chain, ResolutionState state) {
        Set<ObjectKey> objects = new HashSet<>();
        ObjectKey self = state.index().virtualEnvironments().get(name);
        if (self != null) {
            objects.add(self);
        }
        if (chain == null) {
            return objects;
        }
        chain.apps().forEach((app, released) -> {
            Deployment deployment = state.reads().released(released, chain.frozen());
            if (deployment != null && chain.release().ownApps().contains(app)) {
                objects.add(deployment.key());
                adapters(deployment.key().namespace(), deployment.spec(), objects);
            }
        });
        chain.components().declares().values().forEach(d -> adapters(d.namespace(), d.dependencies(), objects));
        return objects;
    }

    private static void adapters(String namespace, AppDeployment spec, Set<ObjectKey> into) {
        spec.components().values().forEach(c -> adapters(namespace, c.dependencies(), into));
    }

    private static void adapters(String namespace, Map<String, Dependency> dependencies, Set<ObjectKey> into) {
        dependencies.forEach((name, dependency) -> {
            if (dependency.type() == DependencyType.Adapter) {
                into.add(new ObjectKey(Kind.Adapter, namespace, name));
            }
        });
    }

    /** Returns the errors, which delay the release. Warnings do not. */
    public List<Problem> problems() {
        return problems;
    }

    public boolean passed() {
        return problems.stream().noneMatch(Problem::isError);
    }

    /** Whether another trial may have another result. */
    public boolean isTouchedBy(Resolution change) {
        return !Collections.disjoint(read, change.facts());
    }
}
