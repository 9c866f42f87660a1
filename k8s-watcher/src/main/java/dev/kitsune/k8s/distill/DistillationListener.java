package dev.kitsune.k8s.distill;

import dev.kitsune.model.snapshot.ComponentVersion;
import java.util.Set;

/** Hears of component versions whose {@link DistilledState} may be another one. It must not wait for anything. */
@FunctionalInterface
public interface DistillationListener {
    void changed(Set<ComponentVersion> versions);
}
