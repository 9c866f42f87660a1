package dev.kitsune.xds.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.release.Decision;
import dev.kitsune.model.release.Handed;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.release.ReleaseStore;
import dev.kitsune.model.release.ReleaseStore.KeepOutcome;
import dev.kitsune.model.release.Releases;
import dev.kitsune.model.release.Releasing;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.snapshot.SnapshotKey;
import dev.kitsune.model.snapshot.SnapshotKey.VirtualEnvironmentKey;
import dev.kitsune.xds.alarm.SystemAlarm;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests the pipeline with the real resolver, which a test can break, and a list of publishes. */
class PipelineTest {
    private static final String ENVIRONMENT = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: dev}
            spec: {data: {variables: {greeting: Hello}}}
            """;

    private final List<Set<String>> published = new ArrayList<>();
    private boolean resolvingFails;
    private boolean publishingFails;
    private Catalog catalog = Catalog.EMPTY;

    private final Pipeline pipeline = pipeline(Recalled.NOTHING, Workers.SAME_THREAD);

    private Pipeline pipeline(ReleaseStore store, Workers workers) {
        return new Pipeline(
                new Stages(change -> change, this::decide, this::publish),
                new Stores(store, Recalled.NOTHING.lastGoods(), true, false),
                new SystemAlarm("test-alarm"),
                workers);
    }

    private Decision decide(
            Releases before, @Nullable Resolution resolved, CatalogChange change, Handed handed, Instant now) {
        if (resolvingFails) {
            throw new IllegalStateException("resolving is broken");
        }
        return Releasing.next(before, resolved, change, handed, now);
    }

    private void publish(Snapshot snapshot, Set<SnapshotKey<?>> changed) {
        if (publishingFails) {
            throw new IllegalStateException("publishing is broken");
        }
        Set<String> virtualEnvironments = new TreeSet<>();
        changed.forEach(key -> {
            if (key instanceof VirtualEnvironmentKey virtualEnvironment) {
                virtualEnvironments.add(virtualEnvironment.name().value());
            }
        });
        published.add(virtualEnvironments);
    }

    /** Writes virtual environments, each as {@code name=greeting}. */
    private CatalogChange write(String... virtualEnvironments) {
        StringBuilder text = new StringBuilder(ENVIRONMENT).append(APP);
        for (String virtualEnvironment : virtualEnvironments) {
            String[] parts = virtualEnvironment.split("=", 2);
            text.append("---\napiVersion: kitsune.dev/v1alpha1\nkind: VirtualEnvironment\nmetadata: {name: ")
                    .append(parts[0])
                    .append("}\nspec: {environment: dev, data: {variables: {greeting: ")
                    .append(parts[1].endsWith("#") ? parts[1].replace("#", "}}\n") : parts[1] + "}}}\n");
        }
        Set<ObjectKey> keys = new TreeSet<>();
        for (Manifest<?> manifest :
                ManifestReader.read("envs.yaml", text.toString()).manifests()) {
            catalog = new Catalog(
                    catalog.manifests().plus(manifest.key(), manifest), catalog.secrets(), catalog.namespacedSecrets());
            keys.add(manifest.key());
        }
        return new CatalogChange(catalog, keys, Set.of(), List.of());
    }

    private Set<VirtualEnvironmentName> served() {
        Snapshot snapshot = pipeline.state().snapshot();
        return snapshot == null ? Set.of() : snapshot.virtualEnvironments().keySet();
    }

    @Test
    void publishesTheResultOfEachChange() {
        assertThat(pipeline.state().isReady()).isFalse();

        pipeline.accept(write("a=Hi", "b=Ho"));
        pipeline.accept(write("b=Hey"));

        assertThat(published).containsExactly(Set.of("a", "b"), Set.of("b"));
        assertThat(pipeline.state().sequence()).isEqualTo(2);
        assertThat(pipeline.state().isReady()).isTrue();
    }

    @Test
    void aFaultInResolvingKeepsTheServedStateAndTheNextChangeRecovers() {
        pipeline.accept(write("a=Hi"));

        resolvingFails = true;
        pipeline.accept(write("b=Ho"));

        assertThat(served()).containsExactly(new VirtualEnvironmentName("a"));
        assertThat(pipeline.state().failure()).contains("please report it", "resolving is broken");

        resolvingFails = false;
        pipeline.accept(write("c=Hu"));

        assertThat(served())
                .containsExactlyInAnyOrder(
                        new VirtualEnvironmentName("a"),
                        new VirtualEnvironmentName("b"),
                        new VirtualEnvironmentName("c"));
        assertThat(published).containsExactly(Set.of("a"), Set.of("b", "c"));
        assertThat(pipeline.state().failure()).isNull();
    }

    /**
     * A store that hangs, refuses or finds another state for one virtual environment, and stores all others at once.
     */
    private static final class FaultyStore extends QuietReleases {
        private final Map<VirtualEnvironmentName, Kept> kept = new ConcurrentHashMap<>();
        private final CountDownLatch hanging = new CountDownLatch(1);
        private volatile ReleaseStore.@Nullable KeepOutcome outcome;
        private volatile boolean hangs;

        @Override
        public Map<VirtualEnvironmentName, Kept> load() {
            return Map.copyOf(kept);
        }

        @Override
        public ReleaseStore.KeepOutcome keep(
                VirtualEnvironmentName virtualEnvironment, @Nullable ReleaseStatus status, @Nullable String expected) {
            if (virtualEnvironment.equals(new VirtualEnvironmentName("a"))) {
                if (hangs) {
                    try {
                        hanging.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
                ReleaseStore.KeepOutcome other = outcome;
                if (other != null) {
                    if (other instanceof ReleaseStore.KeepOutcome.Conflict) {
                        outcome = null;
                    }
                    return other;
                }
            }
            String version = String.valueOf(status);
            if (status == null) {
                kept.remove(virtualEnvironment);
                return new ReleaseStore.KeepOutcome.Done(null);
            }
            kept.put(virtualEnvironment, new Kept(status, version));
            return new ReleaseStore.KeepOutcome.Done(version);
        }
    }

    private static @Nullable String served(Pipeline of, String name) {
        Snapshot snapshot = of.state().snapshot();
        ResolvedVirtualEnvironment found =
                snapshot == null ? null : snapshot.virtualEnvironment(new VirtualEnvironmentName(name));
        return found == null
                ? null
                : Objects.requireNonNull(found.overlay().variables().get("greeting"))
                                .value()
                                .text() + " " + found.apps().keySet();
    }

    private static final String APP = """
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: one}
            spec: {app: shop, components: {cart: {version: c1}}}
            """;

    private static String releases(String greeting) {
        return greeting + "}}, release: {apps: {shop: {appDeployment: one}}, request: r" + greeting + "#";
    }

    @Test
    void nothingElseWaitsForAWriteThatHangs() throws InterruptedException {
        FaultyStore store = new FaultyStore();
        try (Workers workers = Workers.started()) {
            Pipeline async = pipeline(store, workers);
            async.accept(write("a=Hi", "b=Ho"));
            store.hangs = true;

            async.accept(write("a=" + releases("Hey"), "b=" + releases("Hu")));
            assertThat(async.await(s -> "Hu [shop]".equals(served(async, "b")), Duration.ofSeconds(30)))
                    .isPresent();
            assertThat(served(async, "a")).isEqualTo("Hey []");
            store.hanging.countDown();
            assertThat(async.await(s -> "Hey [shop]".equals(served(async, "a")), Duration.ofSeconds(30)))
                    .isPresent();
        }
    }

    @Test
    void aFailedWriteOnlyAffectsItsReleaseAndIsRepeated() {
        FaultyStore store = new FaultyStore();
        Pipeline own = pipeline(store, Workers.SAME_THREAD);
        store.outcome = new KeepOutcome.Refused("the disk is full");
        own.accept(write("a=" + releases("Hi"), "b=" + releases("Ho")));

        assertThat(served(own, "a")).isEqualTo("Hi []");
        assertThat(served(own, "b")).isEqualTo("Ho [shop]");
        assertThat(own.state().failure()).isNull();
        assertThat(own.state().problems().all()).anySatisfy(problem -> {
            assertThat(problem.virtualEnvironment()).isEqualTo(new VirtualEnvironmentName("a"));
            assertThat(problem.message()).contains("the disk is full");
        });

        store.outcome = null;
        own.accept(write("a=" + releases("Hey")));
        assertThat(served(own, "a")).isEqualTo("Hey [shop]");
        assertThat(own.state().problems().all())
                .noneMatch(problem -> problem.message().contains("the disk is full"));
    }

    @Test
    void theServedVersionStaysUntilTheNextReleaseIsStored() {
        FaultyStore store = new FaultyStore();
        Pipeline own = pipeline(store, Workers.SAME_THREAD);
        own.accept(write("a=" + releases("Hi")));
        ObjectKey one = ManifestReader.read("one.yaml", APP).manifests().get(0).key();
        Manifest<?> two = ManifestReader.read("two.yaml", APP.replace("name: one", "name: two"))
                .manifests()
                .get(0);

        store.outcome = new KeepOutcome.Refused("the disk is full");
        Set<ObjectKey> keys = new TreeSet<>(
                write("a=" + releases("Hey").replace("one", "two")).objects());
        keys.addAll(Set.of(one, two.key()));
        catalog = catalog.withManifests(catalog.manifests().minus(one).plus(two.key(), two));
        own.accept(new CatalogChange(catalog, keys, Set.of(), List.of()));

        for (int look = 0; look < 3; look++) {
            Snapshot snapshot = Objects.requireNonNull(own.state().snapshot());
            ResolvedVirtualEnvironment served = Objects.requireNonNull(
                    snapshot.virtualEnvironment(new VirtualEnvironmentName("a")), "look " + look);
            assertThat(served.apps().get("shop")).extracting("appDeployment").isEqualTo("one");
            assertThat(served.components()).as("look %s", look).hasSize(1);
            own.again();
        }
    }

    @Test
    void theStateThatAnotherProcessStoredInTheMeantimeIsUsed() {
        FaultyStore store = new FaultyStore();
        Pipeline first = pipeline(store, Workers.SAME_THREAD);
        first.accept(write("a=" + releases("Hi")));
        ReleaseStore.Kept other = Objects.requireNonNull(store.kept.get(new VirtualEnvironmentName("a")));
        Pipeline second = pipeline(store, Workers.SAME_THREAD);
        store.kept.clear();
        store.outcome = new KeepOutcome.Conflict(other);

        second.accept(new CatalogChange(catalog, Set.of(), Set.of(), List.of()));

        assertThat(second.state().releases().get(new VirtualEnvironmentName("a")))
                .isEqualTo(other.status());
        assertThat(served(second, "a")).isEqualTo("Hi [shop]");
    }

    @Test
    void theNextChangeRecoversFromAFaultInPublishing() {
        publishingFails = true;
        pipeline.accept(write("a=Hi"));

        assertThat(pipeline.state().isReady()).isFalse();
        assertThat(pipeline.state().failure()).contains("publishing is broken");

        publishingFails = false;
        pipeline.accept(write("b=Ho"));

        assertThat(published).containsExactly(Set.of("a", "b"));
        assertThat(pipeline.state().sequence()).isEqualTo(1);
    }

    @Test
    void aFailingListenerStopsNobody() {
        List<Long> heard = new ArrayList<>();
        pipeline.listen(state -> {
            throw new IllegalStateException("a bad listener");
        });
        pipeline.listen(state -> heard.add(state.sequence()));

        pipeline.accept(write("a=Hi"));

        assertThat(heard).containsExactly(1L);
    }

    @Test
    void awaitReturnsWhenAnotherThreadPublishes() throws InterruptedException {
        CatalogChange change = write("a=Hi");
        Thread other = new Thread(() -> pipeline.accept(change));
        other.start();

        assertThat(pipeline.await(ServedState::isReady, Duration.ofSeconds(30))).isPresent();
        other.join();
    }

    @Test
    void awaitGivesUpWhenTheTimeIsOver() throws InterruptedException {
        assertThat(pipeline.await(ServedState::isReady, Duration.ofMillis(1))).isEmpty();
    }
}
