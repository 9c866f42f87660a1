package dev.kitsune.e2e.demo;

import dev.kitsune.e2e.http.Answer;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What answers may be like at this moment: while a change is under way the old and the new, otherwise the one. */
final class Allowed {
    private final Map<VirtualEnvironmentName, Set<Visit>> visits = new ConcurrentHashMap<>();

    Allowed(Map<VirtualEnvironmentName, Visit> promised) {
        promised.forEach(this::only);
    }

    void only(VirtualEnvironmentName virtualEnvironment, Visit visit) {
        visits.put(virtualEnvironment, Set.of(visit));
    }

    /** Also what it will be; a request may meet one sidecar that has the change already and one that has not. */
    void also(VirtualEnvironmentName virtualEnvironment, Visit then) {
        visits.computeIfPresent(virtualEnvironment, (e, allowed) -> {
            Visit old = allowed.iterator().next();
            return Set.copyOf(List.of(old, then, then.meetingAlso(old)));
        });
    }

    /** What is wrong with an answer; empty if nothing. */
    Optional<String> fault(VirtualEnvironmentName virtualEnvironment, Answer answer) {
        Set<Visit> allowed = visits.getOrDefault(virtualEnvironment, Set.of());
        Visit visit = Visit.of(answer);
        return allowed.contains(visit)
                ? Optional.empty()
                : Optional.of(allowed.stream()
                        .findFirst()
                        .flatMap(visit::differenceFrom)
                        .orElse("nothing is promised"));
    }
}
