package dev.kitsune.xds.pipeline;

import dev.kitsune.model.expiry.SightingListener;
import dev.kitsune.model.expiry.SightingStore;
import dev.kitsune.model.expiry.Sightings;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.release.ReleaseStore;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.model.source.LastGoodListener;
import dev.kitsune.model.source.LastGoodStore;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pcollections.PMap;

/**
 * Stores with the saved state that write nothing, for commands that show what would be served.
 *
 * @param sightings null if nothing was saved
 */
public record Recalled(
        Map<VirtualEnvironmentName, Kept> releases,
        Map<ObjectKey, Manifest<?>> lastGood,
        @Nullable Sightings sightings) implements ReleaseStore {
    public static final Recalled NOTHING = new Recalled(Map.of(), Map.of(), null);

    @Override
    public Map<VirtualEnvironmentName, Kept> load() {
        return releases;
    }

    @Override
    public List<Problem> problems() {
        return List.of();
    }

    @Override
    public StatusPlace place(VirtualEnvironmentName virtualEnvironment) {
        return new StatusPlace(Position.ofObject("releases/" + virtualEnvironment), null, "");
    }

    @Override
    public boolean isLasting() {
        return false;
    }

    @Override
    public ReleaseStore.KeepOutcome keep(
            VirtualEnvironmentName virtualEnvironment, @Nullable ReleaseStatus status, @Nullable String expected) {
        return new ReleaseStore.KeepOutcome.Done(status == null ? null : "recalled");
    }

    @Override
    public List<ReleaseRequest> requests() {
        return List.of();
    }

    @Override
    public void watch(Listener listener) {
        // No other process writes.
    }

    @Override
    public void taken(Collection<ReleaseRequest> requests) {
        // There are none.
    }

    @Override
    public void close() {
        // Nothing is open.
    }

    /** The same for last good versions. */
    public LastGoodStore lastGoods() {
        return new LastGoodStore() {
            @Override
            public Map<ObjectKey, Manifest<?>> load() {
                return lastGood;
            }

            @Override
            public Optional<String> keep(
                    Map<ObjectKey, Manifest<?>> versions,
                    Collection<ObjectKey> changed,
                    Collection<ObjectKey> invalid) {
                return Optional.empty();
            }

            @Override
            public void watch(LastGoodListener listener) {
                // No other process writes.
            }
        };
    }

    /** The same for sightings. */
    public SightingStore sighted() {
        return new SightingStore() {
            @Override
            public Optional<Sightings> load() {
                return Optional.ofNullable(sightings);
            }

            @Override
            public List<Problem> problems() {
                return List.of();
            }

            @Override
            public Optional<String> keep(Sightings newest) {
                return Optional.empty();
            }

            @Override
            public PMap<ObjectKey, Expired> expired(PMap<ObjectKey, Expired> found) {
                return found;
            }

            @Override
            public void watch(SightingListener listener) {
                // No other process writes.
            }
        };
    }
}
