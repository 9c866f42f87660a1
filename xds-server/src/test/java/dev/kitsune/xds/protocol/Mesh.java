package dev.kitsune.xds.protocol;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.Overlay;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretValue;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.snapshot.SnapshotKey;
import dev.kitsune.model.snapshot.SnapshotKey.SecretKey;
import dev.kitsune.model.snapshot.SnapshotKey.VirtualEnvironmentKey;
import dev.kitsune.xds.store.ResourceStore;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Builds snapshots of virtual environments that have only variables, and records the changes. */
public final class Mesh {
    private static final Origin ORIGIN = new Origin(new ObjectKey(Kind.VirtualEnvironment, "test", "test"), "spec");

    private Snapshot snapshot = Snapshot.EMPTY;
    private final Set<SnapshotKey<?>> changed = new HashSet<>();

    /** Sets a virtual environment's variables, given as alternating names and values. */
    public Mesh virtualEnvironment(String name, String... variables) {
        Map<String, Overlay.OverlayVariable> values = new java.util.HashMap<>();
        for (int i = 0; i < variables.length; i += 2) {
            values.put(variables[i], new Overlay.OverlayVariable(new Value.Text(variables[i + 1]), ORIGIN));
        }
        ResolvedVirtualEnvironment virtualEnvironment = new ResolvedVirtualEnvironment(
                new ResolvedVirtualEnvironment.Identity(new VirtualEnvironmentName(name), "test", "dev", null, false),
                new Overlay(values, Map.of()),
                ResolvedVirtualEnvironment.ReleasedApps.NONE,
                Map.of(),
                Map.of(),
                ResolvedVirtualEnvironment.Traffic.NONE,
                ResolvedVirtualEnvironment.Condition.WITHOUT_PROBLEMS);
        changed.add(new VirtualEnvironmentKey(new VirtualEnvironmentName(name)));
        snapshot = new Snapshot(
                snapshot.platform(),
                snapshot.virtualEnvironments().plus(new VirtualEnvironmentName(name), virtualEnvironment),
                snapshot.versions(),
                snapshot.secrets(),
                snapshot.released(),
                snapshot.policies(),
                snapshot.appDeployments());
        return this;
    }

    public Mesh without(String virtualEnvironment) {
        changed.add(new VirtualEnvironmentKey(new VirtualEnvironmentName(virtualEnvironment)));
        snapshot = new Snapshot(
                snapshot.platform(),
                snapshot.virtualEnvironments().minus(new VirtualEnvironmentName(virtualEnvironment)),
                snapshot.versions(),
                snapshot.secrets(),
                snapshot.released(),
                snapshot.policies(),
                snapshot.appDeployments());
        return this;
    }

    /** Sets a secret, or removes it if the text is empty. */
    public Mesh secret(String name, String text) {
        SecretId id = new SecretId("", name);
        changed.add(new SecretKey(id));
        snapshot = new Snapshot(
                snapshot.platform(),
                snapshot.virtualEnvironments(),
                snapshot.versions(),
                text.isEmpty()
                        ? snapshot.secrets().minus(id)
                        : snapshot.secrets().plus(id, new Secret(Map.of("value", SecretValue.of(text)))),
                snapshot.released(),
                snapshot.policies(),
                snapshot.appDeployments());
        return this;
    }

    /** Sets this number of virtual environments: {@code e0}, {@code e1}, ... */
    public Mesh virtualEnvironments(int count) {
        for (int i = 0; i < count; i++) {
            virtualEnvironment("e" + i);
        }
        return this;
    }

    public Mesh publishTo(ResourceStore store) {
        store.publish(snapshot, Set.copyOf(changed));
        changed.clear();
        return this;
    }

    static Map<String, String> variables(ResolvedVirtualEnvironment virtualEnvironment) {
        return virtualEnvironment.overlay().variables().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, e -> e.getValue().value().text()));
    }
}
