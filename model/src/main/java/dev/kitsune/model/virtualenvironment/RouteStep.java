package dev.kitsune.model.virtualenvironment;

import dev.kitsune.model.index.Chain;
import dev.kitsune.model.index.Deployment;
import dev.kitsune.model.index.ProblemReport;
import dev.kitsune.model.index.Reads;
import dev.kitsune.model.index.RouteClaim;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.route.RouteOrder;
import dev.kitsune.model.route.RuleTemplate;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.ResolvedRoute;
import dev.kitsune.model.template.Scope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The rules of a virtual environment, rendered and in their order. */
public final class RouteStep {
    private final Chain chain;
    private final Reads reads;
    private final ProblemReport report;

    RouteStep(Chain chain, Reads reads, ProblemReport report) {
        this.chain = chain;
        this.reads = reads;
        this.report = report;
    }

    /** A rule as written, with a rendered route. A list in a rule gives several of them. */
    private record Rendered(ResolvedRoute route, Deployment.CompiledRoute written) {
        ComponentName component() {
            return route.target().name();
        }
    }

    /** Returns the app deployments with equal rules of different components, from problems of virtual environments. */
    public static Set<ObjectKey> conflicts(Collection<List<Problem>> problems) {
        Set<ObjectKey> deployments = new HashSet<>();
        for (List<Problem> of : problems) {
            for (Problem problem : of) {
                ObjectKey object = problem.object();
                if (problem.code() == ProblemCode.RouteConflict && object != null) {
                    deployments.add(object);
                }
            }
        }
        return deployments;
    }

    List<ResolvedRoute> routes() {
        List<Rendered> rendered = rendered();
        return withoutConflicts(rendered).stream().sorted(RouteOrder.ORDER).toList();
    }

    private List<Rendered> rendered() {
        List<Rendered> rendered = new ArrayList<>();
        new TreeMap<>(chain.apps()).forEach((app, released) -> {
            Deployment deployment = reads.released(released, chain.frozen());
            if (deployment != null) {
                new TreeMap<>(deployment.routes()).forEach((component, routes) -> {
                    var running = chain.components().running().get(new ComponentName(app, component));
                    if (running != null && !routes.isEmpty()) {
                        Scope scope = new Scope(chain.overlay(), defaults(running.version()));
                        routes.forEach(route -> render(route, scope, running.version(), rendered));
                    }
                });
            }
        });
        return rendered;
    }

    private void render(Deployment.CompiledRoute route, Scope scope, ComponentVersion target, List<Rendered> rendered) {
        RuleTemplate.RuleRendering rendering = route.rule().render(scope);
        if (rendering instanceof RuleTemplate.RuleRendering.RenderedRules done) {
            done.rules()
                    .forEach(rule -> rendered.add(
                            new Rendered(new ResolvedRoute(rule, route.priority(), target, route.origin()), route)));
        } else if (rendering instanceof RuleTemplate.RuleRendering.FailedRule failed) {
            Origin at = new Origin(route.origin().object(), route.origin().field() + ".rule");
            failed.faults().forEach(f -> report.add(f.code(), at, f.sentence()));
        }
    }

    private Map<String, Value> defaults(ComponentVersion version) {
        Declaration declaration = reads.declaration(version);
        return declaration == null ? Map.of() : declaration.defaults();
    }

    private List<ResolvedRoute> withoutConflicts(List<Rendered> routes) {
        Map<RouteClaim, List<Rendered>> claims = new HashMap<>();
        routes.forEach(r -> claims.computeIfAbsent(RouteClaim.of(r.route()), c -> new ArrayList<>())
                .add(r));
        List<ResolvedRoute> left = new ArrayList<>();
        claims.forEach((claim, claimants) -> {
            if (claimants.size() > 1) {
                claimants.sort(Comparator.comparing(this::isNew)
                        .thenComparing(r -> reads.precedence(r.route().origin()))
                        .thenComparing(r -> r.route().origin().field()));
            }
            Rendered first = claimants.get(0);
            left.add(first.route());
            claimants.stream()
                    .filter(r -> !r.component().equals(first.component()))
                    .forEach(r -> report.add(
                            ProblemCode.RouteConflict,
                            new Origin(
                                    r.route().origin().object(),
                                    r.route().origin().field() + ".rule"),
                            "component " + r.component() + " has the same rule as component " + first.component()
                                    + ": make one more specific, or give one a `priority`"));
        });
        return left;
    }

    /**
     * Whether a rule is not in the last good version of its app deployment, because the rule that answered before must
     * stay in force.
     */
    private boolean isNew(Rendered rule) {
        Manifest<?> good =
                chain.frozen() == null ? reads.lastGood(rule.route().origin().object()) : null;
        AppDeployment.Component component = good != null && good.spec() instanceof AppDeployment then
                ? then.components().get(rule.component().component())
                : null;
        return component == null
                || !component
                        .routes()
                        .contains(new AppDeployment.Route(
                                rule.written().text(), rule.written().priority()));
    }
}
