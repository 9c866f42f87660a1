package dev.kitsune.model.resolve;

import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.catalog.Precedence;
import dev.kitsune.model.index.Chain;
import dev.kitsune.model.index.ChainState;
import dev.kitsune.model.index.Details;
import dev.kitsune.model.index.Fact;
import dev.kitsune.model.index.Index;
import dev.kitsune.model.index.Indexing;
import dev.kitsune.model.index.Parents;
import dev.kitsune.model.index.Reads;
import dev.kitsune.model.index.StepInputs;
import dev.kitsune.model.index.StepResults;
import dev.kitsune.model.manifest.Environment;
import dev.kitsune.model.manifest.Environment.ReleasePolicy.ReleaseType;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Service;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.overlay.ChainStep;
import dev.kitsune.model.overlay.Declaring;
import dev.kitsune.model.problem.Fault;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.AppDeployments;
import dev.kitsune.model.snapshot.Callers;
import dev.kitsune.model.snapshot.Choice;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.MeshStage;
import dev.kitsune.model.snapshot.ResolvedRoute;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.ResolvedWorkload;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.snapshot.SnapshotKey;
import dev.kitsune.model.virtualenvironment.CheckStep;
import dev.kitsune.model.virtualenvironment.Ending;
import dev.kitsune.model.virtualenvironment.RouteStep;
import dev.kitsune.model.virtualenvironment.VirtualEnvironmentStep;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pcollections.PMap;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * One resolution on top of another. The steps run in this order: index, chains, declarations, virtual environments,
 * checks. Each step repeats the results that have read a changed fact, and adds the facts that it changes.
 */
final class ResolutionPass {
    private final ResolutionState before;
    private final Snapshot old;
    private final CatalogChange change;
    private final Index index;
    private final Set<ObjectKey> objects;
    private final Set<Fact> facts;
    private final Set<SnapshotKey<?>> changed = new HashSet<>();
    /** Keys whose values may have changed. They are compared at the end. */
    private final Set<SnapshotKey<?>> candidates = new HashSet<>();

    private final Set<ComponentVersion> touched = new HashSet<>();

    private StepInputs inputs;
    private StepResults<ProblemSource, List<Problem>> checks;
    private FoundProblems found;
    private PMap<VirtualEnvironmentName, ResolvedVirtualEnvironment> virtualEnvironments;
    private TreePMap<VirtualEnvironmentName, Set<ResolvedRoute>> released;
    private ComponentUses uses;
    private PMap<ComponentVersion, TreePSet<VirtualEnvironmentName>> chosenAt;
    private Callers callers;
    private final Set<ComponentName> called = new HashSet<>();
    private final Set<ComponentVersion> chosen = new HashSet<>();
    private final Set<VirtualEnvironmentName> served = new HashSet<>();
    private final Set<Problem> touchedProblems = new HashSet<>();
    private int resolved;
    private int problemsInHand;

    ResolutionPass(ResolutionState before, Snapshot old, CatalogChange change) {
        this.before = before;
        this.old = old;
        this.change = change;
        Indexing.IndexChange indexed = Indexing.next(before.index(), change);
        this.index = indexed.index();
        this.objects = indexed.objects();
        this.facts = new HashSet<>(indexed.facts());
        this.inputs = before.inputs().with(index);
        this.checks = before.checks();
        this.found = before.found();
        this.virtualEnvironments = old.virtualEnvironments();
        this.released = TreePMap.fromSortedMap(old.released());
        this.uses = before.uses();
        this.chosenAt = old.versions().chosenAt();
        this.callers = old.versions().callers();
    }

    Resolution resolve() {
        Set<VirtualEnvironmentName> rebuilt = chains();
        declarations(rebuilt);
        details(rebuilt);
        RouteClaims claims = claims();

        WorkloadIndex workloads = WorkloadIndex.next(before, old, objects, facts, index);
        touched.addAll(workloads.changed());
        workloads.changed().forEach(version -> {
            candidates.add(new SnapshotKey.WorkloadsKey(version));
            candidates.add(new SnapshotKey.AppProtocolKey(version));
        });
        candidates.addAll(workloads.names());
        uses = uses.checked(touched, workloads.lists());
        checks(claims, workloads.lists());

        candidates.add(new SnapshotKey.PlatformKey());
        Selections selections = before.selections().next(facts, this::reads);
        candidates.add(new SnapshotKey.SelectionsKey());
        Stream.of(old.selections(), selections.byEnvironment())
                .flatMap(all -> all.keySet().stream())
                .forEach(environment -> candidates.add(new SnapshotKey.SelectionKey(environment)));
        SelectableIndex deployments = SelectableIndex.next(before.index(), old.appDeployments(), facts, index);
        deployments.apps().forEach(app -> {
            candidates.add(new SnapshotKey.DeploymentsKey(app));
            candidates.add(new SnapshotKey.RuleInputsKey(app));
            Stream.of(old.appDeployments(), deployments.byApp())
                    .flatMap(all -> all.getOrDefault(app, AppDeployments.NONE).ruleInputs().components().stream())
                    .forEach(called::add);
        });
        called.forEach(component -> candidates.add(new SnapshotKey.CallersKey(component)));
        candidates.add(new SnapshotKey.MeshKey());
        Set<String> stable = stable();
        candidates.add(new SnapshotKey.ReleasedKey());
        chosen.forEach(version -> candidates.add(new SnapshotKey.ChosenAtKey(version)));
        change.secrets().forEach(id -> candidates.add(new SnapshotKey.SecretKey(id)));
        Snapshot snapshot = new Snapshot(
                reads().platform(),
                virtualEnvironments,
                new Snapshot.Versions(
                        inputs.declarations().inForce(),
                        inputs.declarations().templates(),
                        workloads.lists(),
                        services(),
                        chosenAt,
                        callers),
                index.catalog().secrets(),
                released,
                new Snapshot.Policies(
                        selections.byEnvironment(),
                        stable,
                        MeshStage.of(reads().platform().mesh())),
                deployments.byApp());
        candidates.stream().filter(key -> key.differs(old, snapshot)).forEach(changed::add);
        ResolutionState state =
                new ResolutionState(inputs, checks, found, workloads.byObject(), uses, selections, claims);
        return new Resolution(
                snapshot,
                new ResolutionChange(changed, facts, touchedProblems),
                change.problems(),
                state,
                new ResolutionCost(resolved, problemsInHand));
    }

    /**
     * Returns the environments whose releases are Stable. A removed environment that is still served from a frozen
     * release is Stable too.
     */
    private Set<String> stable() {
        Set<String> looked = new HashSet<>(old.stable());
        for (Fact fact : facts) {
            if (fact instanceof Fact.ManifestOf named && named.key().kind() == Kind.Environment) {
                looked.add(named.key().name());
            }
        }
        for (VirtualEnvironmentName name : served) {
            ResolvedVirtualEnvironment now = virtualEnvironments.get(name);
            if (now != null) {
                looked.add(now.environment());
            }
        }
        Set<String> stable = new HashSet<>(old.stable());
        for (String environment : looked) {
            if (isStable(environment)) {
                stable.add(environment);
            } else {
                stable.remove(environment);
            }
        }
        looked.forEach(environment -> candidates.add(new SnapshotKey.StableKey(environment)));
        return Set.copyOf(stable);
    }

    private boolean isStable(String environment) {
        Manifest<?> manifest = index.manifest(new ObjectKey(Kind.Environment, "", environment));
        if (manifest != null && manifest.spec() instanceof Environment spec) {
            return spec.releasePolicy().type() == ReleaseType.Stable;
        }
        return virtualEnvironments.values().stream()
                .anyMatch(of -> of.environment().equals(environment));
    }

    /** The Services are what was read. No step reads them. */
    private PMap<ObjectKey, Service> services() {
        PMap<ObjectKey, Service> services = old.services();
        for (ObjectKey key : objects) {
            if (key.kind() == Kind.Service) {
                Manifest<?> manifest = index.manifest(key);
                services = manifest != null && manifest.spec() instanceof Service service
                        ? services.plus(key, service)
                        : services.minus(key);
                candidates.add(new SnapshotKey.ServiceKey(key.namespace(), key.name()));
            }
        }
        return services;
    }

    private Reads reads() {
        return new Reads(inputs);
    }

    /** Returns the names whose chain has changed. */
    private Set<VirtualEnvironmentName> chains() {
        Set<VirtualEnvironmentName> stale = inputs.chains().readersOf(facts);
        for (Fact fact : facts) {
            if (fact instanceof Fact.VirtualEnvironmentNamed of) {
                stale.add(of.name());
            }
        }
        Set<VirtualEnvironmentName> rebuilt = new HashSet<>();
        Parents parents = new Parents(index);
        Parents.first(stale, parents::of, name -> {
            Reads reads = reads();
            StepInputs then = inputs;
            ChainState last = then.chains().get(name);
            ChainState made = Fault.<@Nullable ChainState>guard(
                    () -> ChainStep.resolve(name, reads, parents),
                    fault -> ChainStep.failed(name, before.chains().get(name), reads, fault));
            inputs = then.withChain(name, Objects.equals(last, made) ? last : made, reads.facts());
            Fact.ChainOf fact = new Fact.ChainOf(name);
            if (!fact.differs(then, inputs)) {
                return Set.of();
            }
            rebuilt.add(name);
            facts.add(fact);
            return inputs.chains().readersOf(fact);
        });
        return rebuilt;
    }

    private void declarations(Set<VirtualEnvironmentName> rebuilt) {
        Declaring declaring = new Declaring(before.index(), before.chains(), index, inputs.chains());
        for (Fact fact : facts) {
            if (fact instanceof Fact.ManifestOf named && named.key().kind() == Kind.AppDeployment) {
                declaring.deployment(named.key());
            } else if (fact instanceof Fact.VirtualEnvironmentNamed named) {
                declaring.virtualEnvironment(named.name());
            }
        }
        rebuilt.forEach(declaring::virtualEnvironment);
        declaring.changes().forEach((version, now) -> {
            inputs = inputs.withDeclared(version, now);
            found(
                    new ProblemSource.DeclaredVersion(version),
                    inputs.declarations().problems(version));
            Fact.DeclarationOf fact = new Fact.DeclarationOf(version);
            if (fact.differs(before.inputs(), inputs)) {
                facts.add(fact);
                callers = callers.declared(
                        version,
                        before.inputs().declarations().inForce(version),
                        inputs.declarations().inForce(version),
                        called);
                candidates.add(new SnapshotKey.DeclarationKey(version));
                candidates.add(new SnapshotKey.AppProtocolKey(version));
            }
        });
    }

    private void details(Set<VirtualEnvironmentName> rebuilt) {
        Set<VirtualEnvironmentName> stale = inputs.details().readersOf(facts);
        stale.addAll(rebuilt);
        for (Fact fact : facts) {
            if (fact instanceof Fact.ExpiryOf of) {
                stale.add(of.name());
            }
        }
        Parents.first(stale, this::parentInForce, this::virtualEnvironment);
    }

    private @Nullable VirtualEnvironmentName parentInForce(VirtualEnvironmentName name) {
        ChainState state = inputs.chains().get(name);
        return state == null || state.chain() == null ? null : state.chain().parent();
    }

    /** Returns the names that its result makes stale. */
    private Collection<VirtualEnvironmentName> virtualEnvironment(VirtualEnvironmentName name) {
        ChainState state = inputs.chains().get(name);
        Chain chain = state == null ? null : state.chain();
        StepInputs earlier = inputs;
        Details then = earlier.details().get(name);
        List<Problem> faults = new ArrayList<>();
        Details now = null;
        if (state == null || chain == null) {
            inputs = earlier.withoutDetails(name);
        } else {
            Reads reads = reads();
            Details made =
                    Fault.<@Nullable Details>guard(() -> VirtualEnvironmentStep.resolve(state, chain, reads), fault -> {
                        faults.add(VirtualEnvironmentStep.failed(chain, then != null, reads, fault));
                        return then;
                    });
            now = Objects.equals(then, made) ? then : made;
            inputs = earlier.withDetails(name, now, reads.facts());
            resolved++;
        }
        // Its descendants still resolve on top of it. It ends only for requests.
        ResolvedVirtualEnvironment virtualEnvironment = now == null ? null : Ending.of(now.virtualEnvironment(), index);
        serve(name, virtualEnvironment, chain != null && chain.release().own());
        chosenAt = ChosenVersions.next(
                chosenAt,
                then == null ? null : then.virtualEnvironment(),
                now == null ? null : now.virtualEnvironment(),
                chosen);
        List<Problem> shown = virtualEnvironment != null && faults.isEmpty()
                ? virtualEnvironment.problems()
                : state == null ? List.of() : joined(state.problems(), faults);
        ProblemSource source = new ProblemSource.ResolvedName(name);
        RouteStep.conflicts(List.of(found.at(source), shown))
                .forEach(deployment -> facts.add(new Fact.ConflictOf(deployment)));
        found(source, shown);
        Fact.DetailsOf fact = new Fact.DetailsOf(name);
        if (!fact.differs(earlier, inputs)) {
            return Set.of();
        }
        facts.add(fact);
        return inputs.details().readersOf(fact);
    }

    private static List<Problem> joined(List<Problem> some, List<Problem> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    private void serve(
            VirtualEnvironmentName name, @Nullable ResolvedVirtualEnvironment virtualEnvironment, boolean releases) {
        ResolvedVirtualEnvironment then = virtualEnvironments.get(name);
        boolean answers = releases && virtualEnvironment != null && virtualEnvironment.expired() == null;
        released = answers ? released.plus(name, released.getOrDefault(name, Set.of())) : released.minus(name);
        if (!Objects.equals(then, virtualEnvironment)) {
            virtualEnvironments = virtualEnvironment == null
                    ? virtualEnvironments.minus(name)
                    : virtualEnvironments.plus(name, virtualEnvironment);
            uses = uses.with(then, virtualEnvironment, touched);
            callers = callers.routed(name, then, virtualEnvironment, called);
            changed.add(new SnapshotKey.VirtualEnvironmentKey(name));
            Choice.differing(then, virtualEnvironment).forEach(c -> changed.add(new SnapshotKey.ChoicesKey(c)));
            served.add(name);
        }
    }

    private RouteClaims claims() {
        Comparator<VirtualEnvironmentName> order =
                Comparator.comparing(this::since).thenComparing(this::precedence);
        RouteClaims claims = before.claims().next(served, old.virtualEnvironments(), virtualEnvironments, order, facts);
        Map<VirtualEnvironmentName, Set<ResolvedRoute>> outranked = claims.outranked(virtualEnvironments);
        Set<VirtualEnvironmentName> either = new HashSet<>(
                before.claims().outranked(old.virtualEnvironments()).keySet());
        either.addAll(outranked.keySet());
        either.retainAll(released.keySet());
        for (VirtualEnvironmentName name : either) {
            released = released.plus(name, outranked.getOrDefault(name, Set.of()));
        }
        return claims;
    }

    private Instant since(VirtualEnvironmentName name) {
        ObjectKey key = index.virtualEnvironments().get(name);
        Instant since = key == null ? null : index.catalog().since().get(key);
        return since == null ? Instant.MAX : since;
    }

    private Precedence precedence(VirtualEnvironmentName name) {
        ObjectKey key = index.virtualEnvironments().get(name);
        return Precedence.of(
                key == null ? new ObjectKey(Kind.VirtualEnvironment, "", name.value()) : key, index.catalog());
    }

    /** Checks the objects, versions and rules that may have changed, each separately. */
    private void checks(RouteClaims claims, PMap<ComponentVersion, List<ResolvedWorkload>> workloads) {
        Set<ProblemSource> stale = checks.readersOf(facts);
        objects.stream()
                .filter(key -> key.kind().isCustomResource())
                .map(ProblemSource.CheckedObject::new)
                .forEach(stale::add);
        touched.stream().map(ProblemSource.UsedVersion::new).forEach(stale::add);
        for (Fact fact : facts) {
            if (fact instanceof Fact.HoldersOf of) {
                stale.add(new ProblemSource.ClaimedRule(of.claim()));
            }
        }
        for (ProblemSource source : stale) {
            Reads reads = reads();
            boolean stands = true;
            List<Problem> now = List.of();
            if (source instanceof ProblemSource.CheckedObject checked) {
                stands = index.manifest(checked.key()) != null;
                now = stands ? check(checked.key(), reads) : now;
            } else if (source instanceof ProblemSource.UsedVersion used) {
                stands = uses.unserved().contains(used.version());
                now = uses.problems(used.version(), workloads, reads);
            } else if (source instanceof ProblemSource.ClaimedRule claimed) {
                stands = claims.contested().contains(claimed.claim());
                now = stands ? claims.problems(claimed.claim(), virtualEnvironments, reads) : now;
            }
            checks = stands ? checks.with(source, now, reads.facts()) : checks.without(source);
            found(source, now);
        }
    }

    private static List<Problem> check(ObjectKey key, Reads reads) {
        return Fault.guard(() -> CheckStep.problems(key, reads), fault -> List.of(CheckStep.failed(key, reads, fault)));
    }

    /** Replaces the problems of a source. */
    private void found(ProblemSource source, List<Problem> now) {
        List<Problem> then = found.at(source);
        problemsInHand += then.size() + now.size();
        if (!then.equals(now)) {
            found = found.with(source, now);
            Stream.of(then, now).flatMap(List::stream).map(Problem::anywhere).forEach(touchedProblems::add);
        }
    }
}
