package dev.kitsune.k8s.status;

/** The reasons of conditions. Programs rely on these words. */
enum ConditionReason {
    Accepted,
    Invalid,
    NameTaken,
    MissingParent,
    ParentCycle,
    MissingEnvironment,
    EnvironmentMismatch,
    NotAllowed,
    Expired,
    ResolvedRefs,
    MissingSecret,
    SecretsNotPermitted,
    MissingAppDeployment,
    MissingVariable,
    Released,
    Pending,
    DeadlineExceeded,
    Programmed,
    Refused,
    NoProxies,
    ReplicaSilent,
    WorkloadsReady,
    NoWorkload,
    Failed,
    Ready
}
