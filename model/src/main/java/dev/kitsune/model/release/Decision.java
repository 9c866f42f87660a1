package dev.kitsune.model.release;

import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.resolve.LastGood;
import dev.kitsune.model.resolve.Resolution;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The result of a change after it is decided which releases are in force.
 *
 * @param changed the virtual environments whose status is another, or gone: to be kept before anything is published
 * @param resolution of what is in force; its problems include those of releases that wait
 */
public record Decision(Releases releases, Set<String> changed, Resolution resolution) {
    public Decision {
        changed = Set.copyOf(changed);
    }

    /**
     * The last good versions after it. {@code before}: the releases before the decision; {@code change}: what was
     * decided about
     */
    public LastGood lastGood(Releases before, CatalogChange change) {
        Set<ObjectKey> objects = new HashSet<>(change.objects());
        objects.addAll(before.held().keySet());
        objects.addAll(releases.held().keySet());
        CatalogChange read = new CatalogChange(releases.files(), objects, Set.of(), List.of(), change.standIns());
        return LastGood.next(change.catalog().lastGood(), read, resolution);
    }
}
