package dev.kitsune.xds.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.resolve.Catalog;
import dev.kitsune.model.resolve.CatalogChange;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.snapshot.SnapshotKey;
import dev.kitsune.model.snapshot.SnapshotKey.EnvironmentKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;

class PipelineTest {
    private static final Snapshot NOTHING = new Snapshot(
            Platform.DEFAULT,
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            new TreeSet<>());

    private final List<Set<SnapshotKey>> published = new ArrayList<>();
    private final List<@Nullable Resolution> before = new ArrayList<>();
    private boolean resolvingFails;
    private boolean publishingFails;

    private final Pipeline pipeline = new Pipeline(this::resolve, (snapshot, changed) -> {
        if (publishingFails) {
            throw new IllegalStateException("publishing is broken");
        }
        published.add(changed);
    });

    /** Every changed object is an environment that changed. */
    private Resolution resolve(@Nullable Resolution previous, CatalogChange change) {
        before.add(previous);
        if (resolvingFails) {
            throw new IllegalStateException("resolving is broken");
        }
        return new Resolution(
                NOTHING,
                change.objects().stream()
                        .map(key -> new EnvironmentKey(key.name()))
                        .collect(Collectors.toSet()),
                List.of());
    }

    private static CatalogChange change(String... names) {
        return new CatalogChange(
                Catalog.EMPTY,
                Set.of(names).stream()
                        .map(name -> new ObjectKey(Kind.VirtualEnvironment, "shop", name))
                        .collect(Collectors.toSet()),
                Set.of(new SecretId("", "stripe")),
                List.of());
    }

    private static Set<SnapshotKey> keys(String... names) {
        return Set.of(names).stream().map(EnvironmentKey::new).collect(Collectors.toSet());
    }

    @Test
    void publishesWhatEachChangeTouches() {
        assertThat(pipeline.state().isReady()).isFalse();

        pipeline.accept(change("a", "b"));
        pipeline.accept(change("b"));

        assertThat(published).containsExactly(keys("a", "b"), keys("b"));
        assertThat(pipeline.state().sequence()).isEqualTo(2);
        assertThat(pipeline.state().isReady()).isTrue();
    }

    @Test
    void aFaultInResolvingKeepsWhatIsServedAndIsMadeGoodByTheNextChange() {
        pipeline.accept(change("a"));
        Resolution served = pipeline.state().resolution();

        resolvingFails = true;
        pipeline.accept(change("b"));

        assertThat(pipeline.state().resolution()).isSameAs(served);
        assertThat(pipeline.state().failure()).contains("resolving is broken");

        resolvingFails = false;
        pipeline.accept(change("c"));

        assertThat(published).containsExactly(keys("a"), keys("b", "c"));
        assertThat(before).as("built on the last good one").containsExactly(null, served, served);
        assertThat(pipeline.state().failure()).isNull();
    }

    @Test
    void aFaultInPublishingIsMadeGoodByTheNextChange() {
        publishingFails = true;
        pipeline.accept(change("a"));

        assertThat(pipeline.state().isReady()).isFalse();
        assertThat(pipeline.state().failure()).contains("publishing is broken");

        publishingFails = false;
        pipeline.accept(change("b"));

        assertThat(published).containsExactly(keys("a", "b"));
        assertThat(pipeline.state().sequence()).isEqualTo(1);
    }

    @Test
    void aListenerThatFailsStopsNobody() {
        List<Long> heard = new ArrayList<>();
        pipeline.listen(state -> {
            throw new IllegalStateException("a bad listener");
        });
        pipeline.listen(state -> heard.add(state.sequence()));

        pipeline.accept(change("a"));

        assertThat(heard).containsExactly(1L);
    }

    @Test
    void awaitReturnsWhenAnotherThreadPublishes() throws InterruptedException {
        Thread other = new Thread(() -> pipeline.accept(change("a")));
        other.start();

        assertThat(pipeline.await(State::isReady, Duration.ofSeconds(30))).isPresent();
        other.join();
    }

    @Test
    void awaitGivesUpWhenTheTimeIsOver() throws InterruptedException {
        assertThat(pipeline.await(State::isReady, Duration.ofMillis(1))).isEmpty();
    }
}
