package dev.kitsune.model.resolve;

import dev.kitsune.model.catalog.Precedence;
import dev.kitsune.model.index.Fact;
import dev.kitsune.model.index.Reads;
import dev.kitsune.model.index.RouteClaim;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.problem.Severity;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.ResolvedRoute;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;
import org.pcollections.PVector;
import org.pcollections.TreePVector;

/**
 * Which virtual environments answer requests without context by which rules. If two want one rule, the one whose
 * release has been active for longer has it, then the one that comes first by {@link Precedence}.
 *
 * @param holders of each rule, the one that has it first; in that order where there are several
 * @param contested the rules with several holders
 */
record RouteClaims(PMap<RouteClaim, PVector<String>> holders, PSet<RouteClaim> contested) {
    static final RouteClaims NONE = new RouteClaims(HashTreePMap.empty(), HashTreePSet.empty());

    /** The rules of a virtual environment's own release, each with the route that has it. */
    static Map<RouteClaim, ResolvedRoute> of(@Nullable ResolvedVirtualEnvironment virtualEnvironment) {
        Map<RouteClaim, ResolvedRoute> claims = new LinkedHashMap<>();
        if (virtualEnvironment != null) {
            virtualEnvironment.routes().stream()
                    .filter(r -> virtualEnvironment
                            .ownApps()
                            .contains(r.target().name().app()))
                    .forEach(r -> claims.putIfAbsent(RouteClaim.of(r), r));
        }
        return claims;
    }

    RouteClaims with(String virtualEnvironment, RouteClaim claim) {
        PVector<String> of = holders.getOrDefault(claim, TreePVector.empty());
        return put(claim, of.plus(virtualEnvironment));
    }

    RouteClaims without(String virtualEnvironment, RouteClaim claim) {
        PVector<String> of = holders.getOrDefault(claim, TreePVector.empty());
        return put(claim, of.minus(virtualEnvironment));
    }

    private RouteClaims put(RouteClaim claim, PVector<String> of) {
        return new RouteClaims(
                of.isEmpty() ? holders.minus(claim) : holders.plus(claim, of),
                of.size() > 1 ? contested.plus(claim) : contested.minus(claim));
    }

    /**
     * What changes when virtual environments come, go, or change their rules; what touches no rule costs nothing.
     *
     * @param order which of several virtual environments has a rule
     */
    RouteClaims next(
            Iterable<String> names,
            Map<String, ResolvedVirtualEnvironment> old,
            Map<String, ResolvedVirtualEnvironment> now,
            Comparator<String> order,
            Set<Fact> facts) {
        RouteClaims next = this;
        for (String name : names) {
            Set<RouteClaim> before = of(old.get(name)).keySet();
            Set<RouteClaim> after = of(now.get(name)).keySet();
            for (RouteClaim claim : before) {
                if (!after.contains(claim)) {
                    next = next.without(name, claim);
                    facts.add(new Fact.HoldersOf(claim));
                }
            }
            for (RouteClaim claim : after) {
                if (!before.contains(claim)) {
                    next = next.with(name, claim);
                    facts.add(new Fact.HoldersOf(claim));
                }
            }
        }
        return next.ordered(order, facts);
    }

    private RouteClaims ordered(Comparator<String> order, Set<Fact> facts) {
        RouteClaims next = this;
        for (RouteClaim claim : contested) {
            PVector<String> of = holders.getOrDefault(claim, TreePVector.empty());
            List<String> sorted = of.stream().sorted(order).toList();
            if (!sorted.equals(of)) {
                next = next.put(claim, TreePVector.from(sorted));
                facts.add(new Fact.HoldersOf(claim));
            }
        }
        return next;
    }

    /** The routes of those that came too late, by their virtual environments: others answer by these rules. */
    Map<String, Set<ResolvedRoute>> outranked(Map<String, ResolvedVirtualEnvironment> virtualEnvironments) {
        Map<String, Set<ResolvedRoute>> outranked = new HashMap<>();
        for (RouteClaim claim : contested) {
            List<String> of = holders.getOrDefault(claim, TreePVector.empty());
            for (String name : of.subList(1, of.size())) {
                ResolvedRoute route = of(virtualEnvironments.get(name)).get(claim);
                if (route != null) {
                    outranked.computeIfAbsent(name, n -> new HashSet<>()).add(route);
                }
            }
        }
        return outranked;
    }

    /** An error for each that came too late for a rule, and with it a warning for the one that has the rule. */
    List<Problem> problems(RouteClaim claim, Map<String, ResolvedVirtualEnvironment> virtualEnvironments, Reads reads) {
        List<Problem> problems = new ArrayList<>();
        List<String> of = holders.getOrDefault(claim, TreePVector.empty());
        of.forEach(reads::details); // Their routes and releases are shown.
        ResolvedVirtualEnvironment first = of.isEmpty() ? null : virtualEnvironments.get(of.get(0));
        ResolvedRoute taken = of(first).get(claim);
        for (String name : of.subList(Math.min(1, of.size()), of.size())) {
            ResolvedVirtualEnvironment late = virtualEnvironments.get(name);
            ResolvedRoute wanted = of(late).get(claim);
            if (first != null && taken != null && late != null && wanted != null) {
                problems.add(problem(
                        late,
                        wanted,
                        Severity.ERROR,
                        "the rule of component " + wanted.target().name() + " at " + rule(wanted, reads)
                                + " equals a rule of virtual environment " + first.name()
                                + ", which answers by it: make one more specific, or give one a `priority`",
                        reads));
                problems.add(problem(
                        first,
                        taken,
                        Severity.WARNING,
                        "virtual environment " + late.name() + " has a rule equal to that of component "
                                + taken.target().name() + " at " + rule(taken, reads)
                                + "; this virtual environment continues to answer by it",
                        reads));
            }
        }
        return problems;
    }

    private static Problem problem(
            ResolvedVirtualEnvironment virtualEnvironment,
            ResolvedRoute route,
            Severity severity,
            String message,
            Reads reads) {
        ResolvedVirtualEnvironment.ResolvedApp app = Objects.requireNonNull(
                virtualEnvironment.apps().get(route.target().name().app()), "a claim is of an app of its own");
        return new Problem(
                ProblemCode.RouteConflict,
                severity,
                reads.position(app.origin()),
                app.origin().object(),
                app.origin().field(),
                virtualEnvironment.name(),
                message);
    }

    private static Position rule(ResolvedRoute route, Reads reads) {
        return reads.position(new Origin(route.origin().object(), route.origin().field() + ".rule"));
    }
}
