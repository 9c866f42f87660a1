package dev.kitsune.model.snapshot;

/**
 * One thing that can be read from a snapshot. Every read method of {@link SnapshotView} has its key, so what was read while
 * a resource was made is exactly what can make it stale.
 */
public sealed interface SnapshotKey {
    /** {@link SnapshotView#platform}. */
    record PlatformKey() implements SnapshotKey {}

    /** {@link SnapshotView#environment}. */
    record EnvironmentKey(String name) implements SnapshotKey {}

    /** {@link SnapshotView#declaration}. */
    record DeclarationKey(ComponentVersion version) implements SnapshotKey {}

    /** {@link SnapshotView#appProtocol}. */
    record AppProtocolKey(ComponentVersion version) implements SnapshotKey {}

    /** {@link SnapshotView#workloads}. */
    record WorkloadsKey(ComponentVersion version) implements SnapshotKey {}

    /** {@link SnapshotView#secret}. */
    record SecretKey(SecretId secret) implements SnapshotKey {}

    /** {@link SnapshotView#selection}. */
    record SelectionKey(String kindOfEnvironment) implements SnapshotKey {}

    /** {@link SnapshotView#selections}. */
    record SelectionsKey() implements SnapshotKey {}

    /** {@link SnapshotView#choices}. */
    record ChoicesKey(ComponentName component) implements SnapshotKey {}

    /** {@link SnapshotView#deployments}. */
    record DeploymentsKey(String app) implements SnapshotKey {}

    /** {@link SnapshotView#ruleInputs}. */
    record RuleInputsKey(String app) implements SnapshotKey {}

    /** {@link SnapshotView#isStable}. */
    record StableKey(String kindOfEnvironment) implements SnapshotKey {}

    /** {@link SnapshotView#released}. */
    record ReleasedKey() implements SnapshotKey {}
}
