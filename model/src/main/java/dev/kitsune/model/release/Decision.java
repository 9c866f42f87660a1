package dev.kitsune.model.release;

import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.resolve.LastGood;
import dev.kitsune.model.resolve.Resolution;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The result of a change, with the decision which releases are active.
 *
 * @param changed the virtual environments whose status was changed or removed, which must be saved before anything is
 *     published
 * @param resolution with the active releases; its problems include those of waiting releases
 */
public record Decision(Releases releases, Set<VirtualEnvironmentName> changed, Resolution resolution) {
    public Decision {
        changed = Set.copyOf(changed);
    }

    /**
     * The last good versions after it. {@code before}: the releases before the decision; {@code change}: the change
     * that was decided
     */
    public LastGood lastGood(Releases before, CatalogChange change) {
        Set<ObjectKey> objects = new HashSet<>(change.objects());
        objects.addAll(before.held().keySet());
        objects.addAll(releases.held().keySet());
        CatalogChange read = new CatalogChange(
                releases.files(), objects, Set.of(), Set.of(), List.of(), change.standIns(), Set.of());
        return LastGood.next(change.catalog().lastGood(), read, resolution);
    }
}
