package dev.kitsune.e2e.kube;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.source.CatalogListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Remembers the changes of a source, and checks that they come one at a time. */
final class RecordedChanges implements CatalogListener {
    private final List<CatalogChange> changes = new ArrayList<>();
    private boolean hearing;

    @Override
    public void changed(CatalogChange change) {
        begin(change);
        synchronized (this) {
            hearing = false;
        }
    }

    private synchronized void begin(CatalogChange change) {
        if (hearing) {
            throw new IllegalStateException("two changes at a time");
        }
        hearing = true;
        changes.add(change);
    }

    synchronized List<CatalogChange> all() {
        return List.copyOf(changes);
    }

    /** Returns the changes that came after the first ones. */
    synchronized List<CatalogChange> since(int count) {
        return List.copyOf(changes.subList(count, changes.size()));
    }

    synchronized int count() {
        return changes.size();
    }

    synchronized CatalogChange last() {
        return changes.get(changes.size() - 1);
    }

    Catalog catalog() {
        return last().catalog();
    }

    Set<ObjectKey> objects() {
        return catalog().manifests().keySet();
    }

    List<String> problems() {
        return last().problems().stream().map(Problem::toString).toList();
    }
}
