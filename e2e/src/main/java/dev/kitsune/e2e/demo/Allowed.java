package dev.kitsune.e2e.demo;

import dev.kitsune.e2e.http.Answer;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The visits that are allowed at the moment. During a change these are the old and the new one, otherwise only one. */
final class Allowed {
    private final Map<VirtualEnvironmentName, Set<Visit>> visits = new ConcurrentHashMap<>();

    Allowed(Map<VirtualEnvironmentName, Visit> promised) {
        promised.forEach(this::only);
    }

    void only(VirtualEnvironmentName virtualEnvironment, Visit visit) {
        visits.put(virtualEnvironment, Set.of(visit));
    }

    /**
     * Also allows the visit after a change. During the change, a request may use one sidecar that has the change and
     * one that does not have it yet.
     */
    void also(VirtualEnvironmentName virtualEnvironment, Visit then) {
        visits.computeIfPresent(virtualEnvironment, (e, allowed) -> {
            Visit old = allowed.iterator().next();
            return Set.copyOf(List.of(old, then, then.withCredentialOf(old)));
        });
    }

    /** Returns the fault of an answer; empty for none. */
    Optional<String> fault(VirtualEnvironmentName virtualEnvironment, Answer answer) {
        Set<Visit> allowed = visits.getOrDefault(virtualEnvironment, Set.of());
        Visit visit = Visit.of(answer);
        return allowed.contains(visit)
                ? Optional.empty()
                : Optional.of(allowed.stream()
                        .findFirst()
                        .flatMap(visit::differenceFrom)
                        .orElse("no answer is expected"));
    }
}
