package dev.kitsune.xds.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.resolve.Catalog;
import dev.kitsune.model.resolve.CatalogChange;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.resolve.Resolver;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.snapshot.SnapshotKey;
import dev.kitsune.model.snapshot.SnapshotKey.EnvironmentKey;
import dev.kitsune.xds.pipeline.Pipeline.Resolved;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;

/** The real resolver, which a test can break, in front of a list of what was published. */
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
    private boolean diskIsFull;
    private Catalog catalog = Catalog.EMPTY;

    private final Pipeline pipeline = new Pipeline(this::resolve, this::publish);

    private Resolved resolve(@Nullable Resolution previous, CatalogChange change) {
        if (resolvingFails) {
            throw new IllegalStateException("resolving is broken");
        }
        if (diskIsFull) {
            throw new NotKeptException("the disk is full: free some space", new IOException());
        }
        return new Resolved(
                previous == null ? Resolver.resolve(change) : Resolver.resolve(previous, change), HashTreePMap.empty());
    }

    private void publish(Snapshot snapshot, Set<SnapshotKey> changed) {
        if (publishingFails) {
            throw new IllegalStateException("publishing is broken");
        }
        Set<String> environments = new TreeSet<>();
        changed.forEach(key -> {
            if (key instanceof EnvironmentKey environment) {
                environments.add(environment.name());
            }
        });
        published.add(environments);
    }

    /** Writes virtual environments of these names, each as {@code name=greeting}. */
    private CatalogChange write(String... environments) {
        StringBuilder text = new StringBuilder(ENVIRONMENT);
        for (String environment : environments) {
            String[] parts = environment.split("=", 2);
            text.append("---\napiVersion: kitsune.dev/v1alpha1\nkind: VirtualEnvironment\nmetadata: {name: ")
                    .append(parts[0])
                    .append("}\nspec: {environment: dev, data: {variables: {greeting: ")
                    .append(parts[1])
                    .append("}}}\n");
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

    private Set<String> served() {
        Snapshot snapshot = pipeline.state().snapshot();
        return snapshot == null ? Set.of() : snapshot.environments().keySet();
    }

    @Test
    void publishesWhatEachChangeTouches() {
        assertThat(pipeline.state().isReady()).isFalse();

        pipeline.accept(write("a=Hi", "b=Ho"));
        pipeline.accept(write("b=Hey"));

        assertThat(published).containsExactly(Set.of("a", "b"), Set.of("b"));
        assertThat(pipeline.state().sequence()).isEqualTo(2);
        assertThat(pipeline.state().isReady()).isTrue();
    }

    @Test
    void aFaultInResolvingKeepsWhatIsServedAndIsMadeGoodByTheNextChange() {
        pipeline.accept(write("a=Hi"));

        resolvingFails = true;
        pipeline.accept(write("b=Ho"));

        assertThat(served()).containsExactly("a");
        assertThat(pipeline.state().failure()).contains("please report it", "resolving is broken");

        resolvingFails = false;
        pipeline.accept(write("c=Hu"));

        assertThat(served()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(published).containsExactly(Set.of("a"), Set.of("b", "c"));
        assertThat(pipeline.state().failure()).isNull();
    }

    @Test
    void whatCannotBeKeptIsNotServedAndNotCalledAFaultOfKitsune() {
        pipeline.accept(write("a=Hi"));

        diskIsFull = true;
        pipeline.accept(write("b=Ho"));

        assertThat(served()).containsExactly("a");
        assertThat(pipeline.state().failure())
                .isEqualTo("the newest change is not served, what was served before goes on:"
                        + " the disk is full: free some space");

        diskIsFull = false;
        pipeline.again();

        assertThat(served()).containsExactlyInAnyOrder("a", "b");
        assertThat(pipeline.state().failure()).isNull();
    }

    @Test
    void aFaultInPublishingIsMadeGoodByTheNextChange() {
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
    void aListenerThatFailsStopsNobody() {
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

        assertThat(pipeline.await(State::isReady, Duration.ofSeconds(30))).isPresent();
        other.join();
    }

    @Test
    void awaitGivesUpWhenTheTimeIsOver() throws InterruptedException {
        assertThat(pipeline.await(State::isReady, Duration.ofMillis(1))).isEmpty();
    }
}
