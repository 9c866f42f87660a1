package dev.kitsune.xds.store;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The virtual environments of which proxies may have something else since somebody asked last. What very many streams
 * do at once is noted as a range of publishes or as shared resources, so that one note stays cheap. Guarded by the
 * store's lock.
 */
final class TouchedVirtualEnvironments {
    private @Nullable TouchListener listener;
    private boolean told;
    private Set<VirtualEnvironmentName> names = new HashSet<>();
    private Set<ResourceKey> shared = new HashSet<>();
    private long from = Long.MAX_VALUE;
    private long before;

    /**
     * What was touched.
     *
     * @param shared resources whose virtual environments are touched as well
     */
    record Touches(Set<VirtualEnvironmentName> names, Set<ResourceKey> shared) {}

    /** Nothing is noted before. */
    void listen(TouchListener by) {
        listener = by;
    }

    boolean isListening() {
        return listener != null;
    }

    void add(Collection<VirtualEnvironmentName> touched) {
        if (listener != null && !touched.isEmpty()) {
            names.addAll(touched);
            tell();
        }
    }

    void addShared(Collection<ResourceKey> touched) {
        if (listener != null && !touched.isEmpty()) {
            shared.addAll(touched);
            tell();
        }
    }

    /** A client has acknowledged the generations of this range. */
    void acknowledged(long first, long end) {
        if (listener != null) {
            from = Math.min(from, first);
            before = Math.max(before, end);
            tell();
        }
    }

    /** Finds the virtual environments of the acknowledged generations. To be called before the changes are forgotten. */
    void resolve(UnsettledChanges changes) {
        names.addAll(changes.between(from, before));
        from = Long.MAX_VALUE;
        before = 0;
    }

    Touches take() {
        Touches taken = new Touches(names, shared);
        names = new HashSet<>();
        shared = new HashSet<>();
        told = false;
        return taken;
    }

    private void tell() {
        if (listener != null && !told) {
            told = true;
            listener.touched();
        }
    }
}
