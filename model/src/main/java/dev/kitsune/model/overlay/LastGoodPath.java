package dev.kitsune.model.overlay;

import dev.kitsune.model.index.Frozen;
import dev.kitsune.model.index.Reads;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A virtual environment's last good version, below those ancestors that must also be used in their last good version.
 *
 * <p>A parent is used in its current version. Its last good version is used only if the parent may lead back to the
 * virtual environment, in current or last good versions. Otherwise two virtual environments could wait for each other.
 *
 * @param versions the furthest ancestor first, the virtual environment itself last
 */
record LastGoodPath(List<EarlierVersion> versions) {
    /** The last good version of one object, with the release that is in force now. */
    record EarlierVersion(
            ObjectKey key,
            VirtualEnvironment spec,
            @Nullable Frozen frozen) {}

    /**
     * Returns the path of an object whose current version has an error; null if it or an ancestor has no last good
     * version.
     */
    static @Nullable LastGoodPath of(Manifest<?> wrong, Reads reads) {
        List<EarlierVersion> versions = new ArrayList<>();
        Set<ObjectKey> seen = new HashSet<>();
        Manifest<?> at = wrong;
        while (true) {
            EarlierVersion version = at == null || !seen.add(at.key()) ? null : version(at, reads);
            if (version == null) {
                return null;
            }
            versions.add(version);
            VirtualEnvironmentName parent = version.spec().base().parent();
            if (parent == null || !leadsTo(parent, wrong.key().virtualEnvironmentName(), reads)) {
                Collections.reverse(versions);
                return new LastGoodPath(List.copyOf(versions));
            }
            at = reads.virtualEnvironment(parent);
        }
    }

    private static @Nullable EarlierVersion version(Manifest<?> manifest, Reads reads) {
        Manifest<?> good = reads.lastGood(manifest.key());
        return good != null
                        && good.spec() instanceof VirtualEnvironment then
                        && manifest.spec() instanceof VirtualEnvironment now
                ? new EarlierVersion(manifest.key(), then.withRelease(now.release()), reads.frozen(manifest.key()))
                : null;
    }

    /** Whether the parents of a name, as written or in their last good versions, lead to another name. */
    private static boolean leadsTo(VirtualEnvironmentName from, VirtualEnvironmentName to, Reads reads) {
        Set<VirtualEnvironmentName> seen = new HashSet<>();
        Deque<VirtualEnvironmentName> open = new ArrayDeque<>(Set.of(from));
        while (!open.isEmpty()) {
            VirtualEnvironmentName name = open.pop();
            if (name.equals(to)) {
                return true;
            }
            Manifest<?> written = seen.add(name) ? reads.virtualEnvironment(name) : null;
            if (written != null) {
                parents(written, reads).forEach(open::push);
            }
        }
        return false;
    }

    private static List<VirtualEnvironmentName> parents(Manifest<?> written, Reads reads) {
        List<VirtualEnvironmentName> parents = new ArrayList<>();
        for (Manifest<?> version : new Manifest<?>[] {written, reads.lastGood(written.key())}) {
            if (version != null
                    && version.spec() instanceof VirtualEnvironment spec
                    && spec.base().parent() != null) {
                parents.add(Objects.requireNonNull(spec.base().parent()));
            }
        }
        return parents;
    }
}
