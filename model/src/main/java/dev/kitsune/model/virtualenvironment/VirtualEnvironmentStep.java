package dev.kitsune.model.virtualenvironment;

import dev.kitsune.model.index.AdapterTemplates;
import dev.kitsune.model.index.Chain;
import dev.kitsune.model.index.ChainState;
import dev.kitsune.model.index.Details;
import dev.kitsune.model.index.ProblemReport;
import dev.kitsune.model.index.Reads;
import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.problem.Fault;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.InheritedProblem;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import dev.kitsune.model.snapshot.ResolvedMirror;
import dev.kitsune.model.snapshot.ResolvedRoute;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.template.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Renders all templates of a chain. No error here affects the whole virtual environment. */
public final class VirtualEnvironmentStep {
    private final Chain chain;
    private final Reads reads;
    private final ProblemReport report;
    private final @Nullable Details parent;

    private VirtualEnvironmentStep(Chain chain, Reads reads) {
        this.chain = chain;
        this.reads = reads;
        this.report = new ProblemReport(reads, chain.key().virtualEnvironmentName());
        this.parent = chain.parent() == null ? null : reads.details(chain.parent());
    }

    public static Details resolve(ChainState state, Chain chain, Reads reads) {
        return new VirtualEnvironmentStep(chain, reads).resolve(state);
    }

    /** Returns the problem for a bug in resolving. */
    public static Problem failed(Chain chain, boolean served, Reads reads, Fault fault) {
        return new Problem(
                ProblemCode.KitsuneFault,
                ProblemCode.KitsuneFault.severity(),
                reads.position(chain.key()),
                chain.key(),
                null,
                chain.key().virtualEnvironmentName(),
                "this virtual environment cannot be resolved, "
                        + (served ? "its last good version is still served; " : "so it is left out; ")
                        + fault.sentence());
    }

    private Details resolve(ChainState state) {
        ResolvedVirtualEnvironment above = parent == null ? null : parent.virtualEnvironment();
        Map<AdapterName, ResolvedAdapter> adapters = adapters(above);
        List<ResolvedRoute> routes = new RouteStep(chain, reads, report).routes();
        new DeliveryStep(chain, adapters, reads, report).check();
        Map<ComponentName, List<ResolvedMirror>> mirrors = new MirrorStep(chain, reads, report).mirrors();

        List<Problem> found = new ArrayList<>(state.problems());
        found.addAll(report.problems());
        Map<Problem, InheritedProblem> known = parent == null ? Map.of() : parent.known();
        List<Problem> own = found.stream()
                .filter(p -> !known.containsKey(p.anywhere()))
                .sorted(Problem.ORDER)
                .toList();
        ResolvedVirtualEnvironment virtualEnvironment = new ResolvedVirtualEnvironment(
                new ResolvedVirtualEnvironment.Identity(
                        chain.key().virtualEnvironmentName(),
                        chain.key().namespace(),
                        chain.environment(),
                        chain.parent(),
                        chain.place().counted()),
                chain.overlay(),
                new ResolvedVirtualEnvironment.ReleasedApps(
                        chain.apps(), chain.release().ownApps()),
                chain.components().running(),
                above != null && adapters.equals(above.adapters()) ? above.adapters() : adapters,
                new ResolvedVirtualEnvironment.Traffic(
                        above == null ? routes : Sharing.list(routes, above.routes()), mirrors),
                new ResolvedVirtualEnvironment.Condition(own, inherited(found, known), null));
        return new Details(virtualEnvironment, own.isEmpty() ? known : known(known, own));
    }

    /** What a virtual environment overrides is not found here, so it does not inherit the problem. */
    private static List<InheritedProblem> inherited(List<Problem> found, Map<Problem, InheritedProblem> known) {
        return found.stream()
                .map(problem -> known.get(problem.anywhere()))
                .filter(Objects::nonNull)
                .distinct()
                .sorted(Comparator.comparing(InheritedProblem::problem, Problem.ORDER))
                .toList();
    }

    private Map<AdapterName, ResolvedAdapter> adapters(@Nullable ResolvedVirtualEnvironment above) {
        Scope scope = new Scope(chain.overlay(), defaults());
        Map<AdapterName, ResolvedAdapter> adapters = new HashMap<>();
        Set<String> namespaces = chain.apps().values().stream()
                .map(ResolvedVirtualEnvironment.ResolvedApp::namespace)
                .collect(Collectors.toCollection(TreeSet::new));
        for (String namespace : namespaces) {
            for (AdapterTemplates templates : reads.adapters(namespace, chain.frozen())) {
                AdapterName adapter = new AdapterName(namespace, templates.key().name());
                ResolvedAdapter now = AdapterStep.resolve(templates, scope, reads, report);
                ResolvedAdapter theirs = above == null ? null : above.adapters().get(adapter);
                adapters.put(adapter, now.equals(theirs) ? theirs : now);
            }
        }
        return adapters;
    }

    /**
     * Adapters belong to no component, so they see the defaults of all components. The first component by name takes
     * precedence.
     */
    private Map<String, Value> defaults() {
        Map<String, Value> defaults = new HashMap<>();
        new TreeMap<>(chain.components().running()).forEach((name, component) -> {
            Declaration declaration = reads.declaration(component.version());
            if (declaration != null) {
                declaration.defaults().forEach(defaults::putIfAbsent);
            }
        });
        return defaults;
    }

    private Map<Problem, InheritedProblem> known(Map<Problem, InheritedProblem> inherited, List<Problem> own) {
        Map<Problem, InheritedProblem> known = new HashMap<>(inherited);
        own.forEach(p -> known.put(p.anywhere(), new InheritedProblem(chain.key(), p.anywhere())));
        return Map.copyOf(known);
    }
}
