package dev.kitsune.e2e.kube;

import dev.kitsune.k8s.read.RefusedSecrets;
import dev.kitsune.k8s.read.ResourceListener;
import dev.kitsune.k8s.state.Pace;
import dev.kitsune.k8s.status.ObjectFacts;
import dev.kitsune.k8s.status.OverlayFacts;
import dev.kitsune.k8s.status.ProxyFacts;
import dev.kitsune.k8s.status.StatusWriter;
import dev.kitsune.k8s.watch.KubernetesSource;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.Overlay;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretLocation;
import dev.kitsune.model.snapshot.Snapshot;
import io.fabric8.kubernetes.client.Config;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A replica that writes statuses. In place of a pipeline it takes every virtual environment as resolved, and in place of
 * proxies it has what a test says.
 */
final class StatusReplica implements AutoCloseable {
    /** All proxies have what they have loaded. */
    static final ProxyFacts PROGRAMMED = new ProxyFacts(3, 2, 2, 0, null, Set.of(), Set.of());

    private final String namespace;
    private final StatusWriter writer;
    private final KubernetesSource source;
    private final Map<ObjectKey, ProxyFacts> proxies = new ConcurrentHashMap<>();
    private volatile @Nullable CatalogChange served;
    private volatile boolean holds;

    private StatusReplica(String namespace, Config config, Config sourceConfig, boolean holds) {
        this.namespace = namespace;
        this.holds = holds;
        writer = new StatusWriter(config, this::facts, () -> this.holds, new Pace(), InstantSource.system());
        source = new KubernetesSource(sourceConfig, "kitsune-system", ResourceListener.all(List.of(writer)));
        writer.start();
        source.start(this::serve);
    }

    /** {@code namespace}: it knows nothing of objects elsewhere, except for the environment of that name */
    static StatusReplica start(String namespace, Config config, boolean holds) {
        return new StatusReplica(namespace, config, config, holds);
    }

    /** Returns one whose source has other rights than its writer. */
    static StatusReplica startWithSource(String namespace, Config config, Config sourceConfig) {
        return new StatusReplica(namespace, config, sourceConfig, true);
    }

    private void serve(CatalogChange change) {
        CatalogChange before = served;
        served = change;
        if (before != null && !before.problems().equals(change.problems())) {
            writer.changed(change.catalog().manifests().keySet());
        }
    }

    private @Nullable ObjectFacts facts(ObjectKey key) {
        CatalogChange change = served;
        if (change == null || !namespace.equals(key.kind().namespaced() ? key.namespace() : key.name())) {
            return null;
        }
        List<Problem> problems = change.problems().stream()
                .filter(problem -> key.equals(problem.object()))
                .toList();
        Manifest<?> manifest = change.catalog().manifests().get(key);
        if (key.kind() == Kind.AppDeployment) {
            return ObjectFacts.ofAppDeployment(problems, null, Snapshot.EMPTY, Map.of());
        }
        return key.kind() == Kind.VirtualEnvironment
                ? ObjectFacts.ofVirtualEnvironment(
                        problems,
                        new OverlayFacts(
                                manifest == null ? null : resolved(key, (VirtualEnvironment) manifest.spec()),
                                null,
                                null,
                                null,
                                proxies.getOrDefault(key, PROGRAMMED),
                                RefusedSecrets.in(change.problems())))
                : ObjectFacts.of(problems);
    }

    private static ResolvedVirtualEnvironment resolved(ObjectKey key, VirtualEnvironment spec) {
        Map<String, Overlay.SecretSource> secrets = new HashMap<>();
        spec.data()
                .secrets()
                .forEach((name, ref) -> secrets.put(
                        name,
                        new Overlay.SecretSource(
                                new SecretLocation(new SecretId(key.namespace(), ref.name()), ref.key()),
                                true,
                                new Origin(key, "spec.data.secrets." + name))));
        return new ResolvedVirtualEnvironment(
                new ResolvedVirtualEnvironment.Identity(
                        key.virtualEnvironmentName(),
                        key.namespace(),
                        Objects.requireNonNull(spec.base().environment()),
                        null,
                        false),
                new Overlay(Map.of(), secrets),
                ResolvedVirtualEnvironment.ReleasedApps.NONE,
                Map.of(),
                Map.of(),
                ResolvedVirtualEnvironment.Traffic.NONE,
                ResolvedVirtualEnvironment.Condition.WITHOUT_PROBLEMS);
    }

    /** The proxies have something else of a virtual environment now. */
    void report(ObjectKey key, ProxyFacts now) {
        proxies.put(key, now);
        writer.changed(Set.of(key));
    }

    void hold(boolean now) {
        holds = now;
    }

    long writes() {
        return writer.writes();
    }

    @Override
    public void close() {
        writer.close();
        source.close();
    }
}
