package dev.kitsune.xds.pipeline;

import dev.kitsune.model.expiry.SightingListener;
import dev.kitsune.model.expiry.SightingStore;
import dev.kitsune.model.expiry.Sightings;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.release.ReleaseStore;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.model.source.LastGoodListener;
import dev.kitsune.model.source.LastGoodStore;
import dev.kitsune.xds.alarm.Alarm;
import dev.kitsune.xds.alarm.AlarmListener;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pcollections.PMap;

/** The state and the time that several processes share, in memory. */
final class SharedStores {
    private final Map<VirtualEnvironmentName, ReleaseStore.Kept> releases = new HashMap<>();
    private final Map<ObjectKey, Manifest<?>> lastGood = new HashMap<>();
    private final List<Session> sessions = new ArrayList<>();
    private @Nullable Sightings sightings;
    private Instant now = Instant.parse("2026-11-02T12:00:00Z");
    private int versions;

    Map<ObjectKey, Manifest<?>> lastGood() {
        return lastGood;
    }

    /** Advances the time, and runs everything that becomes due. */
    void pass(Duration time) {
        Instant end = now.plus(time);
        for (int rings = 0; rings < 1_000; rings++) {
            Instant next = sessions.stream()
                    .flatMap(session -> session.alarms.stream())
                    .map(alarm -> alarm.due)
                    .filter(due -> due != null && !due.isAfter(end))
                    .min(Instant::compareTo)
                    .orElse(null);
            if (next == null) {
                break;
            }
            now = next.isAfter(now) ? next : now;
            for (Session session : List.copyOf(sessions)) {
                session.alarms.forEach(SetAlarm::ring);
            }
        }
        now = end;
    }

    Session session() {
        Session session = new Session();
        sessions.add(session);
        return session;
    }

    /** An alarm of one process. */
    private final class SetAlarm implements Alarm {
        private @Nullable Instant due;
        private @Nullable AlarmListener listener;

        @Override
        public InstantSource clock() {
            return () -> now;
        }

        @Override
        public void at(Instant time, AlarmListener hears) {
            due = time;
            listener = hears;
        }

        void ring() {
            AlarmListener hears = listener;
            if (due != null && hears != null && !now.isBefore(due)) {
                due = null;
                hears.due();
            }
        }

        @Override
        public void close() {
            due = null;
        }
    }

    /** The view of one process, until the process ends. */
    final class Session extends QuietReleases {
        private final List<SetAlarm> alarms = new ArrayList<>();
        private @Nullable Listener listener;
        private @Nullable SightingListener sighted;
        private @Nullable LastGoodListener wasGood;

        Alarm alarm() {
            SetAlarm alarm = new SetAlarm();
            alarms.add(alarm);
            return alarm;
        }

        @Override
        public Map<VirtualEnvironmentName, Kept> load() {
            return Map.copyOf(releases);
        }

        @Override
        public ReleaseStore.KeepOutcome keep(
                VirtualEnvironmentName name, @Nullable ReleaseStatus status, @Nullable String expected) {
            Kept known = releases.get(name);
            if (!Objects.equals(known == null ? null : known.version(), expected)) {
                return new ReleaseStore.KeepOutcome.Conflict(known);
            }
            Kept next = status == null ? null : new Kept(status, "v" + versions++);
            if (next == null) {
                releases.remove(name);
            } else {
                releases.put(name, next);
            }
            for (Session session : List.copyOf(sessions)) {
                if (session != this && session.listener != null) {
                    session.listener.kept(Map.of(name, Optional.ofNullable(next)));
                }
            }
            return new ReleaseStore.KeepOutcome.Done(next == null ? null : next.version());
        }

        @Override
        public void watch(Listener hears) {
            listener = hears;
        }

        @Override
        public void close() {
            sessions.remove(this);
            alarms.clear();
            listener = null;
            sighted = null;
            wasGood = null;
        }

        LastGoodStore lastGoods() {
            return new LastGoodStore() {
                @Override
                public Map<ObjectKey, Manifest<?>> load() {
                    return Map.copyOf(lastGood);
                }

                @Override
                public Optional<String> keep(
                        Map<ObjectKey, Manifest<?>> versions,
                        Collection<ObjectKey> changed,
                        Collection<ObjectKey> invalid) {
                    Map<ObjectKey, Optional<Manifest<?>>> told = new HashMap<>();
                    changed.forEach(key -> told.put(key, Optional.ofNullable(versions.get(key))));
                    for (ObjectKey key : changed) {
                        Manifest<?> version = versions.get(key);
                        if (version == null) {
                            lastGood.remove(key);
                        } else {
                            lastGood.put(key, version);
                        }
                    }
                    for (Session session : List.copyOf(sessions)) {
                        if (session.wasGood != null) {
                            session.wasGood.kept(told);
                        }
                    }
                    return Optional.empty();
                }

                @Override
                public void watch(LastGoodListener hears) {
                    wasGood = hears;
                }
            };
        }

        SightingStore sightings() {
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
                    sightings = newest;
                    for (Session session : List.copyOf(sessions)) {
                        if (session.sighted != null) {
                            session.sighted.kept(newest);
                        }
                    }
                    return Optional.empty();
                }

                @Override
                public PMap<ObjectKey, Expired> expired(PMap<ObjectKey, Expired> found) {
                    return found;
                }

                @Override
                public void watch(SightingListener hears) {
                    sighted = hears;
                }
            };
        }
    }
}
