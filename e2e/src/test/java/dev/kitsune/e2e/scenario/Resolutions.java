package dev.kitsune.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.expiry.Expirations;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.release.Decision;
import dev.kitsune.model.release.Handed;
import dev.kitsune.model.release.Releases;
import dev.kitsune.model.release.Releasing;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.xds.folder.FolderSource;
import dev.kitsune.xds.folder.Known;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** Resolves a scenario as it is served, without releases that are not in force. */
final class Resolutions {
    private Resolutions() {}

    /** Returns the first decision. */
    static Decision first(CatalogChange input) {
        return Releasing.next(Releases.NONE, null, input, Handed.NOTHING, Instant.EPOCH);
    }

    /** Returns the initial virtual environments that have expired by then. */
    private static CatalogChange marked(
            CatalogChange input, PMap<ObjectKey, Manifest<?>> lastGood, CatalogChange then, Instant later) {
        Expirations first = Expirations.kept(Map.of())
                .next(input, input.objects(), Instant.EPOCH)
                .next();
        Expirations.Step step = first.next(then, then.objects(), later);
        Set<ObjectKey> objects = new HashSet<>(then.objects());
        objects.addAll(step.changed());
        Catalog catalog = then.catalog().withExpired(step.next().expired()).withLastGood(lastGood);
        return then.with(catalog, objects, then.problems());
    }

    /**
     * Returns the resolution after the second step, an hour later. A served folder depends on its earlier state, in
     * contrast to a folder that is read once.
     *
     * @param folder an empty folder for the work
     */
    static Resolution then(Scenario scenario, Path folder) throws Exception {
        Path served = scenario.copyInput(folder.resolve("served"));
        BlockingQueue<CatalogChange> changes = new LinkedBlockingQueue<>();
        Map<ObjectKey, Manifest<?>> lastGood = new ConcurrentHashMap<>();
        Known known = new Known(key -> null, path -> lastGood.values().stream()
                .<Manifest<?>>map(manifest -> manifest)
                .filter(manifest -> manifest.position().file().equals(path))
                .toList());
        try (FolderSource source = new FolderSource(served, known)) {
            source.start(changes::add);
            CatalogChange input = changes.take();
            Decision first = first(input);
            lastGood.putAll(first.lastGood(Releases.NONE, input).versions());
            for (Map.Entry<String, String> file : scenario.then().entrySet()) {
                Path fresh = Files.writeString(folder.resolve("fresh"), file.getValue());
                Files.move(fresh, served.resolve(file.getKey()), StandardCopyOption.ATOMIC_MOVE);
            }
            CatalogChange then = changes.poll(20, TimeUnit.SECONDS);
            assertThat(then).as("the change of " + scenario).isNotNull();
            Instant later = Instant.EPOCH.plus(Duration.ofHours(1));
            CatalogChange marked = marked(input, HashTreePMap.from(lastGood), then, later);
            return Releasing.next(first.releases(), first.resolution(), marked, Handed.NOTHING, later)
                    .resolution();
        }
    }
}
