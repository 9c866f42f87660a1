package dev.kitsune.k8s.status;

/** The conditions of Kitsune's objects. {@code Ready} sums the others up. */
enum ConditionType {
    Accepted,
    ResolvedRefs,
    Released,
    Programmed,
    WorkloadsReady,
    Ready
}
