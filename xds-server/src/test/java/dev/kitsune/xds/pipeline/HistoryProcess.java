package dev.kitsune.xds.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.release.Releasing;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.source.Deciding;
import dev.kitsune.xds.expiry.ExpiryStage;
import dev.kitsune.xds.folder.FolderSource;
import dev.kitsune.xds.folder.Known;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** A process that serves a folder, without ports and threads. A test decides when it reads the folder. */
final class HistoryProcess {
    private final Path folder;
    private final SharedStores.Session session;
    private final ExpiryStage expiry;
    private final Pipeline pipeline;
    private final Set<Problem> heard = new HashSet<>();
    private Catalog catalog = Catalog.EMPTY;

    HistoryProcess(Path folder, SharedStores stores, boolean follows) {
        this.folder = folder;
        session = stores.session();
        expiry = new ExpiryStage(
                session.sightings(), follows ? Deciding.NEVER : Deciding.ALWAYS, session.alarm(), this::look);
        pipeline = new Pipeline(
                new Stages(expiry::expire, follows ? Releasing::follow : Releasing::next, (snapshot, changed) -> {}),
                new Stores(session, session.lastGoods(), !follows, follows),
                session.alarm(),
                Workers.SAME_THREAD);
        pipeline.listen(state -> {
            heard.removeAll(state.problems().healed());
            heard.addAll(state.problems().appeared());
        });
        pipeline.whenContended(expiry::contended);
        expiry.begin();
        pipeline.watch();
    }

    void look() {
        pipeline.again();
    }

    /** Reads the current content of the folder. */
    void read() {
        CatalogChange read = FolderSource.readOnce(folder, new Known(expiry::fileOf, pipeline::lastGoodIn));
        Set<ObjectKey> changed = new HashSet<>(read.catalog().manifests().keySet());
        changed.addAll(catalog.manifests().keySet());
        Catalog before = catalog;
        changed.removeIf(key -> Objects.equals(
                before.manifests().get(key), read.catalog().manifests().get(key)));
        catalog = read.catalog();
        pipeline.accept(read.with(catalog, changed, read.problems()));
    }

    Snapshot snapshot() {
        return Objects.requireNonNull(
                pipeline.state().snapshot(),
                () -> String.valueOf(pipeline.state().failure()));
    }

    List<Problem> problems() {
        List<Problem> all = pipeline.state().problems().all();
        assertThat(heard).as("the new and solved problems of all reports").hasSameElementsAs(all);
        return all;
    }

    void end() {
        expiry.close();
        session.close();
    }
}
