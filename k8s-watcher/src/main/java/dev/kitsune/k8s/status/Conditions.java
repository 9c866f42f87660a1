package dev.kitsune.k8s.status;

import dev.kitsune.k8s.distill.DistilledState;
import dev.kitsune.k8s.distill.DistilledState.DistilledPhase;
import dev.kitsune.k8s.status.StatusCondition.ConditionState;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.release.ReleaseEntry;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the conditions of an object, in the order in which they are shown. */
final class Conditions {
    private static final String UNDECIDED = "the release in its spec has not been decided and saved yet";

    private final ObjectKey key;
    private final ObjectFacts facts;
    private final CountedProblems problems;

    private Conditions(ObjectKey key, ObjectFacts facts, CountedProblems problems) {
        this.key = key;
        this.facts = facts;
        this.problems = problems;
    }

    /** {@code wanted}: the field {@code spec.release}; null for none */
    static List<StatusCondition> of(
            ObjectKey key, ObjectFacts facts, CountedProblems problems, @Nullable Release wanted) {
        return new Conditions(key, facts, problems).all(wanted);
    }

    private List<StatusCondition> all(@Nullable Release wanted) {
        List<StatusCondition> all = new ArrayList<>();
        StatusCondition accepted =
                unless(ConditionType.Accepted, ConditionReason.Accepted, "it has no errors and is in force");
        all.add(accepted);
        OverlayFacts of = facts.virtualEnvironment();
        if (of != null) {
            all.add(resolvedRefs(of));
            StatusCondition released = released(accepted, of.release(), wanted);
            if (released != null) {
                all.add(released);
            }
            all.add(programmed(accepted, of, wanted));
            all.add(ready(all));
        } else if (key.kind() == Kind.AppDeployment) {
            all.add(workloadsReady());
        }
        return all;
    }

    private StatusCondition unless(ConditionType type, ConditionReason reason, String message) {
        StatusCondition against = problems.against(type);
        return against == null ? StatusCondition.yes(type, reason, message) : against;
    }

    /** What may not be read counts as missing, so the right comes first. */
    private StatusCondition resolvedRefs(OverlayFacts of) {
        ResolvedVirtualEnvironment resolved = own(key, of);
        if (resolved != null) {
            TreeSet<String> refused = resolved.overlay().secrets().values().stream()
                    .map(source -> source.location().secret().namespace())
                    .filter(of.refusedSecrets()::contains)
                    .collect(Collectors.toCollection(TreeSet::new));
            if (!refused.isEmpty()) {
                return StatusCondition.no(
                        ConditionType.ResolvedRefs,
                        ConditionReason.SecretsNotPermitted,
                        "it references Secrets of namespace " + String.join(", ", refused)
                                + ", which Kitsune may not read; values that were read before are still served: allow"
                                + " Kitsune to list and watch them");
            }
        }
        StatusCondition inherited = notReleased(of.missing());
        return inherited != null
                ? inherited
                : unless(
                        ConditionType.ResolvedRefs,
                        ConditionReason.ResolvedRefs,
                        "everything that it references exists");
    }

    private static @Nullable StatusCondition notReleased(@Nullable InheritedRelease inherited) {
        if (inherited == null) {
            return null;
        }
        ReleaseEntry waits = inherited.status().pending();
        return StatusCondition.no(
                ConditionType.ResolvedRefs,
                ConditionReason.MissingAppDeployment,
                "it inherits the release of " + inherited.from() + ", and none is active there: "
                        + (waits == null
                                ? "release " + inherited.status().last() + " still had problems at its deadline"
                                : waiting(waits, null)));
    }

    /** Returns what is served under the object's name, if it is this object; null otherwise. */
    static @Nullable ResolvedVirtualEnvironment own(ObjectKey key, OverlayFacts of) {
        return of.resolved() != null && of.resolved().key().equals(key) ? of.resolved() : null;
    }

    /** Returns null for a virtual environment without a release of its own. */
    private @Nullable StatusCondition released(
            StatusCondition accepted, @Nullable ReleaseStatus status, @Nullable Release wanted) {
        if (accepted.reason() == ConditionReason.NameTaken) {
            return null; // The releases of its name belong to another object.
        }
        if (!isDecided(status, wanted)) {
            return pending(ConditionType.Released, UNDECIDED);
        }
        if (status == null) {
            return null;
        }
        if (status.exceeded()) {
            return Objects.requireNonNullElseGet(
                    problems.against(ConditionType.Released),
                    () -> StatusCondition.no(
                            ConditionType.Released,
                            ConditionReason.DeadlineExceeded,
                            "release " + status.last() + " still had problems at its deadline"));
        }
        ReleaseEntry waits = status.pending();
        ReleaseEntry active = status.active();
        if (waits != null) {
            return pending(ConditionType.Released, waiting(waits, active));
        }
        return active == null
                ? null
                : StatusCondition.yes(
                        ConditionType.Released, ConditionReason.Released, "release " + active.id() + " is active");
    }

    private static boolean isDecided(@Nullable ReleaseStatus status, @Nullable Release wanted) {
        return Objects.equals(status == null ? null : status.written(), wanted);
    }

    private static String waiting(ReleaseEntry waits, @Nullable ReleaseEntry active) {
        return "release " + waits.id() + " waits until its problems are solved"
                + (waits.times().deadline() == null
                        ? ""
                        : ", or until " + waits.times().deadline())
                + (active == null ? "" : "; release " + active.id() + " stays active")
                + (waits.problems().isEmpty() ? "" : ": " + waits.problems().get(0));
    }

    /** What is known to be wrong comes before what is unknown. */
    private StatusCondition programmed(StatusCondition accepted, OverlayFacts of, @Nullable Release wanted) {
        ConditionType type = ConditionType.Programmed;
        ProxyFacts proxies = of.proxies();
        boolean served = accepted.isTrue() || accepted.reason() == ConditionReason.Expired;
        if (!served || own(key, of) == null) {
            return pending(type, "this generation is not served, or not as a whole: see the condition Accepted");
        }
        if (!isDecided(of.release(), wanted)) {
            return pending(type, UNDECIDED);
        }
        EnvoyRefusal first = proxies.refusal();
        if (first != null || proxies.refused() > 0) {
            return StatusCondition.no(
                    type,
                    ConditionReason.Refused,
                    first == null ? proxies.refused() + " proxies refuse it" : refusal(first));
        }
        if (!proxies.behind().isEmpty()) {
            return pending(type, "these replicas do not serve this generation yet: " + joined(proxies.behind()));
        }
        if (proxies.acknowledged() < proxies.loaded()) {
            return pending(type, "not all proxies that have loaded it have acknowledged it: see status.proxies");
        }
        if (!proxies.silent().isEmpty()) {
            return new StatusCondition(
                    type,
                    ConditionState.Unknown,
                    ConditionReason.ReplicaSilent,
                    "these replicas do not report what their proxies have: " + joined(proxies.silent()));
        }
        if (proxies.connected() == 0) {
            return StatusCondition.no(
                    type,
                    ConditionReason.NoProxies,
                    "no proxy is connected to Kitsune: start a gateway, or a pod with a sidecar");
        }
        return StatusCondition.yes(
                type,
                ConditionReason.Programmed,
                "every replica serves this generation, and every connected proxy that has loaded it has acknowledged"
                        + " it");
    }

    private static String refusal(EnvoyRefusal refusal) {
        return refusal.proxy() == null
                ? refusal.words()
                : "proxy " + refusal.proxy() + " refuses it: " + refusal.words();
    }

    private StatusCondition workloadsReady() {
        ConditionType type = ConditionType.WorkloadsReady;
        DistilledPhase worst = facts.distilled().values().stream()
                .map(DistilledState::phase)
                .min(Comparator.naturalOrder())
                .orElse(DistilledPhase.AVAILABLE);
        ConditionReason reason = reason(worst);
        if (reason != null) {
            return StatusCondition.no(type, reason, words(worst));
        }
        List<ComponentVersion> unserved = facts.unserved().stream()
                .filter(version -> !isIdle(version))
                .sorted()
                .toList();
        if (!unserved.isEmpty()) {
            return StatusCondition.no(
                    type,
                    ConditionReason.NoWorkload,
                    "no ready workload serves "
                            + unserved.stream().map(ComponentVersion::toString).collect(Collectors.joining(", "))
                            + ": calls are answered with a 503 until one does");
        }
        return unless(
                type,
                ConditionReason.WorkloadsReady,
                worst == DistilledPhase.IDLE
                        ? "a ready workload serves each of its component versions that are used; " + words(worst)
                        : "a ready workload serves each of its component versions");
    }

    private boolean isIdle(ComponentVersion version) {
        DistilledState state = facts.distilled().get(version);
        return state != null && state.phase() == DistilledPhase.IDLE;
    }

    /** Returns null for a phase in which nothing is missing. */
    private static @Nullable ConditionReason reason(DistilledPhase worst) {
        return switch (worst) {
            case NOT_ALLOWED -> ConditionReason.NotAllowed;
            case TAKEN -> ConditionReason.NameTaken;
            case FAILED -> ConditionReason.Failed;
            case PENDING -> ConditionReason.Pending;
            case IDLE, AVAILABLE -> null;
        };
    }

    private String words(DistilledPhase of) {
        return facts.distilled().entrySet().stream()
                .filter(entry -> entry.getValue().phase() == of)
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey() + ": " + entry.getValue().words())
                .collect(Collectors.joining("; "));
    }

    private static StatusCondition ready(List<StatusCondition> others) {
        return others.stream()
                .filter(condition -> !condition.isTrue())
                .findFirst()
                .map(first -> new StatusCondition(ConditionType.Ready, first.state(), first.reason(), first.message()))
                .orElseGet(() -> StatusCondition.yes(
                        ConditionType.Ready, ConditionReason.Ready, "it is served as its spec says"));
    }

    private static StatusCondition pending(ConditionType type, String message) {
        return StatusCondition.no(type, ConditionReason.Pending, message);
    }

    private static String joined(Iterable<String> names) {
        return String.join(", ", names);
    }
}
