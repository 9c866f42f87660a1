package dev.kitsune.k8s.lease;

/** Hears that another replica decides now, or that none does. It may take its time. */
@FunctionalInterface
public interface LeaseListener {
    void changed();
}
