package dev.kitsune.xds.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.k8s.serve.ServedObjects;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseEntry;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.snapshot.Overlay;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.expiry.Uses;
import dev.kitsune.xds.input.ServedNow;
import dev.kitsune.xds.pipeline.ServedProblems;
import dev.kitsune.xds.pipeline.ServedState;
import dev.kitsune.xds.pipeline.ServedStateListener;
import dev.kitsune.xds.protocol.MeshResources;
import dev.kitsune.xds.replica.AcrossReplicas;
import dev.kitsune.xds.replica.ServedGeneration;
import dev.kitsune.xds.store.AtProxies;
import dev.kitsune.xds.store.ResourceStore;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** Which version of a virtual environment a replica says that it serves, and when it says so again. */
class ClusterFactsTest {
    private static final VirtualEnvironmentName MAIN = new VirtualEnvironmentName("main");
    private static final VirtualEnvironmentName OTHER = new VirtualEnvironmentName("other");

    private final ServedObjects objects = new ServedObjects(changed -> {});
    private final FixedNow served = new FixedNow();
    private final ClusterFacts facts = new ClusterFacts(
            "kitsune-0",
            served,
            objects,
            (name, wanted) -> new AcrossReplicas(0, AtProxies.NONE, List.of(), List.of()),
            (key, spec) -> Map.of());
    private final StateChanges changes = new StateChanges(objects);

    private static final class FixedNow implements ServedNow {
        private final ResourceStore store = new ResourceStore(new MeshResources(), new SimpleMeterRegistry());
        private ServedState state = serving(0, null);

        @Override
        public ServedState state() {
            return state;
        }

        @Override
        public void listen(ServedStateListener listener) {}

        @Override
        public ResourceStore store() {
            return store;
        }

        @Override
        public int connected() {
            return 0;
        }

        @Override
        public @Nullable Instant lastUsed(ObjectKey virtualEnvironment) {
            return null;
        }

        @Override
        public Uses uses() {
            return (virtualEnvironment, at) -> {};
        }
    }

    private static ObjectKey key(VirtualEnvironmentName name) {
        return new ObjectKey(Kind.VirtualEnvironment, "shop", name.value());
    }

    /** Both are served, and {@code main} has this active release; 0 for none. */
    private static ServedState serving(int release, @Nullable String failure) {
        PMap<VirtualEnvironmentName, ReleaseStatus> releases = HashTreePMap.empty();
        Snapshot empty = Snapshot.EMPTY;
        return new ServedState(
                1,
                new Snapshot(
                        empty.platform(),
                        empty.virtualEnvironments().plus(MAIN, resolved(MAIN)).plus(OTHER, resolved(OTHER)),
                        empty.versions(),
                        empty.secrets(),
                        empty.released(),
                        empty.policies(),
                        empty.appDeployments()),
                Set.of(),
                ServedProblems.NONE,
                release == 0 ? releases : releases.plus(MAIN, active(release)),
                failure);
    }

    private static ReleaseStatus active(int id) {
        Release wanted = new Release(Map.of(), null);
        return new ReleaseStatus(
                wanted,
                null,
                id,
                new ReleaseEntry(
                        id,
                        wanted,
                        ReleaseEntry.ReleaseSource.Manifest,
                        ReleaseEntry.Phase.Active,
                        new ReleaseEntry.ReleaseTimes(Instant.EPOCH, null, null, null),
                        List.of(),
                        null),
                null,
                List.of(),
                false);
    }

    private static ResolvedVirtualEnvironment resolved(VirtualEnvironmentName name) {
        return new ResolvedVirtualEnvironment(
                new ResolvedVirtualEnvironment.Identity(name, "shop", "dev", null, false),
                new Overlay(Map.of(), Map.of()),
                ResolvedVirtualEnvironment.ReleasedApps.NONE,
                Map.of(),
                Map.of(),
                ResolvedVirtualEnvironment.Traffic.NONE,
                ResolvedVirtualEnvironment.Condition.WITHOUT_PROBLEMS);
    }

    private void deliver(VirtualEnvironmentName name, long generation) {
        GenericKubernetesResource resource = new GenericKubernetesResource();
        resource.setMetadata(new ObjectMetaBuilder()
                .withUid("uid-of-" + name)
                .withGeneration(generation)
                .build());
        objects.put(key(name), resource, null);
        objects.delivered();
    }

    private StateChanges.Concerned serve(ServedState state) {
        served.state = state;
        return changes.next(state);
    }

    @Test
    void anActivationIsAnotherVersionOfTheSameGeneration() {
        deliver(MAIN, 3);
        serve(serving(0, null));
        assertThat(facts.generation(MAIN)).isEqualTo(new ServedGeneration("uid-of-main", 3, 0));

        StateChanges.Concerned activated = serve(serving(7, null));

        assertThat(activated.versions()).containsExactly(MAIN);
        assertThat(activated.objects()).containsExactly(key(MAIN));
        assertThat(facts.generation(MAIN)).isEqualTo(new ServedGeneration("uid-of-main", 3, 7));
        assertThat(serve(serving(7, null)).versions()).isEmpty();
    }

    @Test
    void whatAPassThatFailedWasToServeIsNotServed() {
        deliver(MAIN, 3);
        serve(serving(7, null));

        deliver(MAIN, 4);
        StateChanges.Concerned failed = serve(serving(7, "a fault of Kitsune"));

        assertThat(failed.versions()).as("all are reported again").containsExactlyInAnyOrder(MAIN, OTHER);
        assertThat(facts.generation(MAIN)).isNull();
        assertThat(facts.of(key(MAIN))).isNull();
        assertThat(serve(serving(7, "another fault")).versions())
                .as("nothing is new")
                .isEmpty();

        StateChanges.Concerned over = serve(serving(7, null));

        assertThat(over.versions()).containsExactlyInAnyOrder(MAIN, OTHER);
        assertThat(facts.generation(MAIN)).isEqualTo(new ServedGeneration("uid-of-main", 4, 7));
    }

    @Test
    void aFaultBeforeAnythingIsServedConcernsNobody() {
        ServedState nothing = new ServedState(0, null, Set.of(), ServedProblems.NONE, HashTreePMap.empty(), "a fault");

        assertThat(serve(nothing).versions()).isEmpty();
        assertThat(facts.generation(MAIN)).isNull();
        assertThat(serve(serving(0, null)).versions()).containsExactlyInAnyOrder(MAIN, OTHER);
        assertThat(facts.served()).isEqualTo(Set.of(MAIN, OTHER));
    }
}
