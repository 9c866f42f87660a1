package dev.kitsune.model.resolve;

import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.resolve.RouteClaims.Claim;
import dev.kitsune.model.route.RouteOrder;
import dev.kitsune.model.route.RuleTemplate;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.ResolvedEnvironment;
import dev.kitsune.model.snapshot.ResolvedRoute;
import dev.kitsune.model.template.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The rules of an environment, rendered and in their order. */
final class RouteStep {
    private final Chain chain;
    private final Reads reads;
    private final Report report;

    RouteStep(Chain chain, Reads reads, Report report) {
        this.chain = chain;
        this.reads = reads;
        this.report = report;
    }

    List<ResolvedRoute> routes(@Nullable ResolvedEnvironment before) {
        List<ResolvedRoute> rendered = rendered();
        return withoutConflicts(rendered, before).stream()
                .sorted(RouteOrder.ORDER)
                .toList();
    }

    private List<ResolvedRoute> rendered() {
        List<ResolvedRoute> rendered = new ArrayList<>();
        new TreeMap<>(chain.apps()).forEach((app, released) -> {
            Deployment deployment = reads.released(released, chain.frozen());
            if (deployment != null) {
                new TreeMap<>(deployment.routes()).forEach((component, routes) -> {
                    var running = chain.components().get(new ComponentName(app, component));
                    if (running != null && !routes.isEmpty()) {
                        Scope scope = new Scope(chain.overlay(), defaults(running.version()));
                        routes.forEach(route -> render(route, scope, running.version(), rendered));
                    }
                });
            }
        });
        return rendered;
    }

    private void render(Deployment.Route route, Scope scope, ComponentVersion target, List<ResolvedRoute> rendered) {
        RuleTemplate.Rendering rendering = route.rule().render(scope);
        if (rendering instanceof RuleTemplate.Rendering.Done done) {
            done.rules()
                    .forEach(rule -> rendered.add(new ResolvedRoute(rule, route.priority(), target, route.origin())));
        } else if (rendering instanceof RuleTemplate.Rendering.Failed failed) {
            Origin at = new Origin(route.origin().object(), route.origin().field() + ".rule");
            failed.faults().forEach(f -> report.add(f.code(), at, f.sentence()));
        }
    }

    private Map<String, Value> defaults(ComponentVersion version) {
        Declaration declaration = reads.declaration(version);
        return declaration == null ? Map.of() : declaration.defaults();
    }

    /** What answers now goes on answering; among newcomers the first by path and line. */
    private List<ResolvedRoute> withoutConflicts(List<ResolvedRoute> routes, @Nullable ResolvedEnvironment before) {
        Map<Claim, List<ResolvedRoute>> claims = new HashMap<>();
        routes.forEach(
                r -> claims.computeIfAbsent(Claim.of(r), c -> new ArrayList<>()).add(r));
        Map<Claim, ComponentName> served = new HashMap<>();
        if (before != null && claims.size() < routes.size()) {
            before.routes().forEach(r -> served.put(Claim.of(r), r.target().name()));
        }
        List<ResolvedRoute> left = new ArrayList<>();
        claims.forEach((claim, claimants) -> {
            if (claimants.size() > 1) {
                claimants.sort(Comparator.comparing(
                                (ResolvedRoute r) -> !r.target().name().equals(served.get(claim)))
                        .thenComparing(r -> reads.position(r.origin()))
                        .thenComparing(r -> r.origin().object())
                        .thenComparing(r -> r.origin().field()));
            }
            ResolvedRoute first = claimants.get(0);
            left.add(first);
            claimants.stream()
                    .filter(r -> !r.target().name().equals(first.target().name()))
                    .forEach(r -> report.add(
                            ProblemCode.RouteConflict,
                            new Origin(r.origin().object(), r.origin().field() + ".rule"),
                            "component " + r.target().name() + " has the same rule as component "
                                    + first.target().name() + ": make one more exact, or give one a `priority`"));
        });
        return left;
    }
}
