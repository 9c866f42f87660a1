package dev.kitsune.model.overlay;

import dev.kitsune.model.index.Chain;
import dev.kitsune.model.index.ChainState;
import dev.kitsune.model.index.Frozen;
import dev.kitsune.model.index.Parents;
import dev.kitsune.model.index.ProblemReport;
import dev.kitsune.model.index.Reads;
import dev.kitsune.model.manifest.Environment;
import dev.kitsune.model.manifest.Environment.Children;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.DidYouMean;
import dev.kitsune.model.problem.Fault;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.Overlay;
import dev.kitsune.model.snapshot.ReleaseManifest;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePSet;
import org.pcollections.PSet;

/**
 * Applies one virtual environment to its parent's chain. An error in the chain affects the whole object. Its last good
 * version then stays in force, if there is one. Every version, and every frozen release, needs the permission of its
 * environment.
 */
public final class ChainStep {
    /** This is far more than people write. A proxy evaluates the whole chain of each virtual environment. */
    private static final int MAX_LENGTH = 1_000;

    private final VirtualEnvironmentName name;
    private final ObjectKey key;
    private final VirtualEnvironment spec;
    private final @Nullable Frozen frozen;
    private final Reads reads;
    private final ProblemReport report;

    /**
     * Whether it was accepted before. In this case the permission to name its parent and the absence of cycles were
     * checked then.
     */
    private final boolean accepted;

    /** The ancestors whose last good version is inherited in place of the current one. */
    private PSet<VirtualEnvironmentName> inherited = HashTreePSet.empty();

    private ChainStep(
            VirtualEnvironmentName name,
            ObjectKey key,
            VirtualEnvironment spec,
            @Nullable Frozen frozen,
            boolean accepted,
            Reads reads) {
        this.name = name;
        this.key = key;
        this.spec = spec;
        this.frozen = frozen;
        this.accepted = accepted;
        this.reads = reads;
        this.report = new ProblemReport(reads, name);
    }

    /** The state of a name; null where there is no virtual environment of that name. */
    public static @Nullable ChainState resolve(VirtualEnvironmentName name, Reads reads, Parents parents) {
        Manifest<?> manifest = reads.virtualEnvironment(name);
        if (manifest == null || !(manifest.spec() instanceof VirtualEnvironment spec)) {
            return null;
        }
        Frozen frozen = reads.frozen(manifest.key());
        ChainStep step = new ChainStep(name, manifest.key(), spec, frozen, false, reads);
        Chain chain = step.chain(parents);
        if (chain == null && frozen != null) {
            // A frozen release does not need the objects that have errors here. Its environment decides who may use it,
            // and who may select the virtual environment.
            String environment = frozen.manifest().environment();
            chain = step.isRefused(environment) ? null : step.frozen(frozen, null, 1, environment);
        }
        if (chain != null) {
            return new ChainState(chain, false, step.inherited, step.report.problems());
        }
        LastGoodPath path = LastGoodPath.of(manifest, reads);
        Chain last = path == null ? null : along(path, reads, parents);
        return last == null || path == null
                ? new ChainState(null, false, HashTreePSet.empty(), step.report.problems())
                : new ChainState(last, true, inherited(path, name, reads), step.report.problems());
    }

    /**
     * Resolves the last good version of a virtual environment on top of its ancestors' last good versions in the path.
     */
    private static @Nullable Chain along(LastGoodPath path, Reads reads, Parents parents) {
        Chain chain = null;
        for (LastGoodPath.EarlierVersion version : path.versions()) {
            VirtualEnvironmentName name = version.key().virtualEnvironmentName();
            ChainStep step = new ChainStep(name, version.key(), version.spec(), version.frozen(), true, reads);
            chain = chain == null ? step.chain(parents) : step.under(chain);
            if (chain == null) {
                return null;
            }
        }
        return chain;
    }

    private static PSet<VirtualEnvironmentName> inherited(LastGoodPath path, VirtualEnvironmentName name, Reads reads) {
        PSet<VirtualEnvironmentName> names = HashTreePSet.empty();
        VirtualEnvironmentName above = path.versions().get(0).spec().base().parent();
        ChainState state = above == null ? null : reads.chain(above);
        if (state != null) {
            names = state.lastGoodAncestors();
        }
        for (LastGoodPath.EarlierVersion version : path.versions()) {
            if (!version.key().virtualEnvironmentName().equals(name)) {
                names = names.plus(version.key().virtualEnvironmentName());
            }
        }
        return names;
    }

    /** Handles a bug in Kitsune. The previous chain of the same object stays in force, if there is one. */
    public static @Nullable ChainState failed(
            VirtualEnvironmentName name, @Nullable ChainState before, Reads reads, Fault fault) {
        Manifest<?> manifest = reads.virtualEnvironment(name);
        if (manifest == null) {
            return null;
        }
        Chain last = before == null ? null : before.chain();
        boolean served = last != null && last.key().equals(manifest.key());
        ProblemReport report = new ProblemReport(reads, name);
        report.add(
                ProblemCode.KitsuneFault,
                new Origin(manifest.key(), ""),
                "this virtual environment cannot be read with its parents, "
                        + (served ? "its last good version is still served; " : "so it is left out; ")
                        + fault.sentence());
        return served && before != null
                ? new ChainState(last, true, before.lastGoodAncestors(), report.problems())
                : new ChainState(null, false, HashTreePSet.empty(), report.problems());
    }

    /**
     * Returns the chain that the files describe, even if a release froze another one. It is null if it cannot be
     * served.
     */
    public static @Nullable Chain live(Manifest<?> manifest, VirtualEnvironment spec, Reads reads, Parents parents) {
        return new ChainStep(manifest.key().virtualEnvironmentName(), manifest.key(), spec, null, false, reads)
                .chain(parents);
    }

    private @Nullable Chain chain(Parents parents) {
        List<VirtualEnvironmentName> cycle = accepted ? List.of() : parents.cycle(name);
        if (!cycle.isEmpty()) {
            cycle.forEach(reads::virtualEnvironment);
            return fail(
                    ProblemCode.ParentCycle,
                    "spec.parent",
                    "virtual environment " + name + " is its own ancestor: "
                            + cycle.stream().map(VirtualEnvironmentName::value).collect(Collectors.joining(" -> "))
                            + " -> " + cycle.get(0) + "; remove one of these parents");
        }
        return spec.base().parent() == null ? root() : child(spec.base().parent());
    }

    private @Nullable Chain root() {
        String environmentName = spec.base().environment();
        if (environmentName == null) {
            return fail(
                    ProblemCode.MissingEnvironment,
                    "spec",
                    "virtual environment " + name + " names no environment: write `environment`, or `parent`");
        }
        ObjectKey environmentKey = new ObjectKey(Kind.Environment, "", environmentName);
        Manifest<?> manifest = reads.object(environmentKey);
        if (manifest == null || !(manifest.spec() instanceof Environment environment)) {
            return fail(
                    ProblemCode.MissingEnvironment,
                    "spec.environment",
                    "there is no Environment " + environmentName
                            + DidYouMean.hint(environmentName, reads.names(Kind.Environment, "")));
        }
        if (isRefused(environmentName)) {
            return null;
        }
        Overlay base = OverlayMerge.base(environmentKey, environment, key.namespace(), reads);
        return build(null, environmentName, base);
    }

    private @Nullable Chain child(VirtualEnvironmentName parentName) {
        ChainState state = reads.chain(parentName);
        if (state == null) {
            return fail(
                    ProblemCode.MissingParent,
                    "spec.parent",
                    "there is no virtual environment " + parentName
                            + DidYouMean.hint(
                                    parentName.value(),
                                    reads.names(Kind.VirtualEnvironment, "").stream()
                                            .filter(other -> !other.equals(name.value()))
                                            .toList()));
        }
        Chain parent = state.chain();
        if (parent == null) {
            return fail(
                    ProblemCode.MissingParent,
                    "spec.parent",
                    "parent " + parentName + " is left out because of its own problems: solve them first");
        }
        if (state.lastGoodAncestors().contains(name)) {
            return fail(
                    ProblemCode.ParentCycle,
                    "spec.parent",
                    "virtual environment " + name + " is an ancestor of its parent " + parentName
                            + ", whose last good version is served because of its own problems: solve them first");
        }
        inherited = state.lastGoodAncestors();
        return under(parent);
    }

    private @Nullable Chain under(Chain parent) {
        VirtualEnvironmentName parentName = parent.key().virtualEnvironmentName();
        if (spec.base().environment() != null && !spec.base().environment().equals(parent.environment())) {
            return fail(
                    ProblemCode.EnvironmentMismatch,
                    "spec.environment",
                    "parent " + parentName + " belongs to environment " + parent.environment() + ", not "
                            + spec.base().environment() + ": remove `environment`, because it is inherited");
        }
        if (isRefused(parent.environment())) {
            return null;
        }
        if (accepted) {
            return build(parent, parent.environment(), OverlayMerge.inherit(parent, key.namespace(), reads));
        }
        Manifest<?> manifest = reads.object(new ObjectKey(Kind.Environment, "", parent.environment()));
        if (manifest == null || !(manifest.spec() instanceof Environment environment)) {
            // The parent and its existing children stay in force, but no new child is accepted without permission.
            return fail(
                    ProblemCode.MissingEnvironment,
                    "spec.parent",
                    "Environment " + parent.environment() + " no longer exists, so nothing says who may name its"
                            + " virtual environments as parent: restore it");
        }
        String refusal = refusal(parent, environment.children(), key.namespace());
        if (refusal != null) {
            return fail(
                    ProblemCode.ParentNotAllowed,
                    "spec.parent",
                    "environment " + parent.environment() + " lets " + refusal
                            + " name its virtual environments as parent, see its `children`");
        }
        if (parent.place().depth() == MAX_LENGTH) {
            return fail(
                    ProblemCode.InvalidValue,
                    "spec.parent",
                    "a chain of parents has at most " + MAX_LENGTH + " virtual environments, and parent " + parentName
                            + " is the last of so many: name a parent further up");
        }
        return build(parent, parent.environment(), OverlayMerge.inherit(parent, key.namespace(), reads));
    }

    /** Whether an environment is not for the namespace of this virtual environment. It reports the problem. */
    private boolean isRefused(String environmentName) {
        Manifest<?> manifest = reads.object(new ObjectKey(Kind.Environment, "", environmentName));
        if (manifest == null
                || !(manifest.spec() instanceof Environment environment)
                || environment.namespaces().selectsEverything()) {
            return false;
        }
        Map<String, String> labels = reads.labels(key.namespace());
        if (labels != null && environment.namespaces().selects(labels)) {
            return false;
        }
        fail(
                ProblemCode.EnvironmentNotAllowed,
                spec.base().environment() == null ? "spec.parent" : "spec.environment",
                "environment " + environmentName
                        + (labels == null
                                ? " is only for namespaces with certain labels, and those of namespace "
                                        + key.namespace() + " are not known: let Kitsune list namespaces"
                                : " is not for namespace " + key.namespace()
                                        + ", see its `namespaces`: ask its owner, or use another environment"));
        return true;
    }

    /** Returns who may act in a chain's environment, if the given namespace may not; null if it may. */
    public static @Nullable String refusal(Chain parent, Children children, String namespace) {
        if (children == Children.Nobody) {
            return "nobody";
        }
        boolean foreign = !parent.key().namespace().equals(namespace);
        return children == Children.SameNamespace && foreign
                ? "only namespace " + parent.key().namespace()
                : null;
    }

    private Chain build(@Nullable Chain parent, String environment, Overlay inherited) {
        int depth = parent == null ? 1 : parent.place().depth() + 1;
        if (frozen != null) {
            return frozen(frozen, spec.base().parent(), depth, environment);
        }
        Overlay overlay = OverlayMerge.merge(inherited, key, spec, reads, report);
        ReleaseMerge.Released released = ReleaseMerge.merge(parent, key, environment, spec.release(), reads, report);
        return new Chain(
                new Chain.ChainPlace(key, spec.base().parent(), depth, environment, spec.isCounted()),
                overlay,
                new Chain.ChainRelease(
                        spec.release() != null,
                        released.own(),
                        released.apps(),
                        released.leftOut(),
                        parent == null ? null : parent.frozen()),
                ComponentMerge.merge(parent, released.apps(), key, spec, reads, report),
                spec.mirror());
    }

    private Chain frozen(Frozen release, @Nullable VirtualEnvironmentName parent, int depth, String environment) {
        ReleaseManifest manifest = release.manifest();
        Set<String> own = new HashSet<>();
        manifest.apps().forEach((app, released) -> {
            if (released.origin().object().equals(key)) {
                own.add(app);
            }
        });
        return new Chain(
                new Chain.ChainPlace(key, parent, depth, environment, spec.isCounted()),
                release.overlay(reads),
                new Chain.ChainRelease(true, Set.copyOf(own), manifest.apps(), Map.of(), release),
                new Chain.ChainComponents(
                        manifest.overlay().overrides(),
                        ComponentMerge.frozen(release, key, reads, report),
                        release.declares()),
                spec.mirror());
    }

    private @Nullable Chain fail(ProblemCode code, String field, String message) {
        report.add(code, new Origin(key, field), message);
        return null;
    }
}
