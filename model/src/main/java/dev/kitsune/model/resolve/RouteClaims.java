package dev.kitsune.model.resolve;

import dev.kitsune.model.catalog.Precedence;
import dev.kitsune.model.index.Fact;
import dev.kitsune.model.index.Reads;
import dev.kitsune.model.index.RouteClaim;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
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
 * The virtual environments that answer requests without context, by rule. If two claim one rule, the one whose release
 * has been active for longer has it, then the first by {@link Precedence}.
 *
 * @param holders the claimants of each rule in their order; the first one has the rule
 * @param contested the rules with several holders
 */
record RouteClaims(PMap<RouteClaim, PVector<VirtualEnvironmentName>> holders, PSet<RouteClaim> contested) {
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

    RouteClaims with(VirtualEnvironmentName virtualEnvironment, RouteClaim claim) {
        PVector<VirtualEnvironmentName> of = holders.getOrDefault(claim, TreePVector.empty());
        return put(claim, of.plus(virtualEnvironment));
    }

    RouteClaims without(VirtualEnvironmentName virtualEnvironment, RouteClaim claim) {
        PVector<VirtualEnvironmentName> of = holders.getOrDefault(claim, TreePVector.empty());
        return put(claim, of.minus(virtualEnvironment));
    }

    private RouteClaims put(RouteClaim claim, PVector<VirtualEnvironmentName> of) {
        return new RouteClaims(
                of.isEmpty() ? holders.minus(claim) : holders.plus(claim, of),
                of.size() > 1 ? contested.plus(claim) : contested.minus(claim));
    }

    /**
     * Updates the claims when virtual environments are added or removed, or change their rules. Other changes cost
     * nothing.
     *
     * @param order decides which of several virtual environments has a rule
     */
    RouteClaims next(
            Iterable<VirtualEnvironmentName> names,
            Map<VirtualEnvironmentName, ResolvedVirtualEnvironment> old,
            Map<VirtualEnvironmentName, ResolvedVirtualEnvironment> now,
            Comparator<VirtualEnvironmentName> order,
            Set<Fact> facts) {
        RouteClaims next = this;
        for (VirtualEnvironmentName name : names) {
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

    private RouteClaims ordered(Comparator<VirtualEnvironmentName> order, Set<Fact> facts) {
        RouteClaims next = this;
        for (RouteClaim claim : contested) {
            PVector<VirtualEnvironmentName> of = holders.getOrDefault(claim, TreePVector.empty());
            List<VirtualEnvironmentName> sorted = of.stream().sorted(order).toList();
            if (!sorted.equals(of)) {
                next = next.put(claim, TreePVector.from(sorted));
                facts.add(new Fact.HoldersOf(claim));
            }
        }
        return next;
    }

    /** Returns the routes whose rules belong to other virtual environments, by virtual environment. */
    Map<VirtualEnvironmentName, Set<ResolvedRoute>> outranked(
            Map<VirtualEnvironmentName, ResolvedVirtualEnvironment> virtualEnvironments) {
        Map<VirtualEnvironmentName, Set<ResolvedRoute>> outranked = new HashMap<>();
        for (RouteClaim claim : contested) {
            List<VirtualEnvironmentName> of = holders.getOrDefault(claim, TreePVector.empty());
            for (VirtualEnvironmentName name : of.subList(1, of.size())) {
                ResolvedRoute route = of(virtualEnvironments.get(name)).get(claim);
                if (route != null) {
                    outranked.computeIfAbsent(name, n -> new HashSet<>()).add(route);
                }
            }
        }
        return outranked;
    }

    /** Returns an error for each later claimant of a rule, and a warning for the one that has the rule. */
    List<Problem> problems(
            RouteClaim claim,
            Map<VirtualEnvironmentName, ResolvedVirtualEnvironment> virtualEnvironments,
            Reads reads) {
        List<Problem> problems = new ArrayList<>();
        List<VirtualEnvironmentName> of = holders.getOrDefault(claim, TreePVector.empty());
        of.forEach(reads::details); // The message shows their routes and releases.
        ResolvedVirtualEnvironment first = of.isEmpty() ? null : virtualEnvironments.get(of.get(0));
        ResolvedRoute taken = of(first).get(claim);
        for (VirtualEnvironmentName name : of.subList(Math.min(1, of.size()), of.size())) {
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
