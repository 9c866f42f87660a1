package dev.kitsune.xds.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.expiry.Seen;
import dev.kitsune.model.expiry.Sightings;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.model.source.Deciding;
import dev.kitsune.xds.state.SightingsFile;
import dev.kitsune.xds.state.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * Changes virtual environments and restarts the process in any order. After each event, exactly those virtual
 * environments have expired that a simple model names, and resolving was notified of each change.
 */
class ExpiryStagePropertyTest {
    private static final Instant START = Instant.parse("2026-11-02T12:00:00Z");
    private static final List<String> LIMITS =
            List.of("", "{idle: 2m}", "{age: 5m}", "{idle: 3m, age: 7m}", "{idle: 2m, age: 2m, pinned: true}");
    private static final List<Duration> IDLE =
            List.of(Duration.ZERO, Duration.ofMinutes(2), Duration.ZERO, Duration.ofMinutes(3), Duration.ZERO);
    private static final List<Duration> AGE =
            List.of(Duration.ZERO, Duration.ZERO, Duration.ofMinutes(5), Duration.ofMinutes(7), Duration.ZERO);

    private static final List<Boolean> TOLD = List.of(false, true, false, true, true);

    /** An event for one virtual environment, and the time that passes after it. */
    record Event(int what, int which, int variant, int seconds) {}

    @Provide
    Arbitrary<List<Event>> events() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 9),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, LIMITS.size() - 1),
                        Arbitraries.integers().between(0, 150))
                .as(Event::new)
                .list()
                .ofMinSize(5)
                .ofMaxSize(40);
    }

    /** A simple model of one virtual environment. */
    private static final class SimpleModel {
        private final Instant first;
        private @Nullable Instant idleSince;
        private @Nullable Instant toldSince;
        private int limits;

        SimpleModel(Instant now) {
            first = now;
        }

        /** Proxies report uses as soon as there is an idle limit. */
        void with(int other, Instant now) {
            idleSince = other != limits && expired(now) ? null : idleSince;
            limits = other;
            idleSince = !TOLD.get(limits) ? null : idleSince == null ? now : idleSince;
            toldSince = idleSince == null ? null : toldSince == null ? now : toldSince;
        }

        boolean expired(Instant at) {
            boolean idle = !IDLE.get(limits).isZero()
                    && idleSince != null
                    && !at.isBefore(idleSince.plus(IDLE.get(limits)).plus(Duration.ofMinutes(2)));
            boolean age = !AGE.get(limits).isZero() && !at.isBefore(first.plus(AGE.get(limits)));
            return idle || age;
        }
    }

    /** The files, the process that serves them, and the expected result. */
    private static final class World {
        private final Map<String, SimpleModel> plain = new TreeMap<>();
        private final Map<ObjectKey, Expired> served = new HashMap<>();
        private PMap<ObjectKey, Manifest<?>> manifests = HashTreePMap.empty();
        private boolean faulty;
        private SetAlarm alarm = new SetAlarm(START);
        private Instant started = START;
        private final Path folder;
        private final Set<ObjectKey> owed = new HashSet<>();
        private StateFolder state;
        private ExpiryStage stage;

        World(Path folder) throws IOException {
            this.folder = folder;
            this.state = new StateFolder(folder);
            this.stage = stage();
            // One object always exists, because a process with an empty folder removes nothing from its state.
            manifests = manifests.plus(key("always"), manifest("always", 0));
            resolve(Set.of());
        }

        private ExpiryStage stage() throws IOException {
            state = new StateFolder(folder).open();
            owed.clear();
            return new ExpiryStage(new SightingsFile(state), Deciding.ALWAYS, alarm, () -> resolve(Set.of()));
        }

        /** Applies only the objects that a change names, because only these are resolved again. */
        private void resolve(Set<ObjectKey> changed) {
            CatalogChange change = stage.expire(new CatalogChange(
                    new Catalog(manifests, HashTreePMap.empty(), false), changed, Set.of(), List.of()));
            owed.addAll(change.objects());
            if (faulty) {
                return; // The pipeline names these again.
            }
            owed.forEach(key -> {
                Expired by = change.catalog().expired().get(key);
                if (by == null) {
                    served.remove(key);
                } else {
                    served.put(key, by);
                }
            });
            owed.clear();
            assertThat(served).isEqualTo(change.catalog().expired());
        }

        private static ObjectKey key(String name) {
            return new ObjectKey(Kind.VirtualEnvironment, "shop", name);
        }

        private static Manifest<?> manifest(String name, int limits) {
            String expiresAfter = LIMITS.get(limits).isEmpty() ? "" : "\n  expiresAfter: " + LIMITS.get(limits);
            String text = """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: %s, namespace: shop}
                spec:
                  environment: dev%s
                """.formatted(name, expiresAfter);
            return ManifestReader.read("a.yaml", text).manifests().get(0);
        }

        private void write(String name, int limits) {
            manifests = manifests.plus(key(name), manifest(name, limits));
            Instant now = alarm.clock().instant();
            plain.computeIfAbsent(name, n -> new SimpleModel(now)).with(limits, now);
            resolve(Set.of(key(name)));
        }

        private void delete(String name) {
            manifests = manifests.minus(key(name));
            plain.remove(name);
            resolve(Set.of(key(name)));
        }

        private void use(String name, int secondsAgo) {
            Instant at = alarm.clock().instant().minusSeconds(secondsAgo);
            SimpleModel one = plain.get(name);
            if (one != null && !one.expired(at)) {
                one.idleSince = one.idleSince != null && at.isAfter(one.idleSince) ? at : one.idleSince;
            }
            stage.used(new VirtualEnvironmentName(name), at);
        }

        /**
         * Starts another process. It knows everything except the uses of the last minute and the new objects of the
         * last seconds.
         */
        private void restart(boolean killed, Duration away) throws IOException {
            Instant end = alarm.clock().instant();
            if (!killed) {
                stage.close();
            }
            state.close();
            Sightings kept =
                    new SightingsFile(new StateFolder(folder)).load().orElse(new Sightings(end, Map.of(), null));
            // A process that was killed before it wrote anything left no state. It writes regularly that it runs only
            // if
            // a virtual environment can become idle.
            boolean anyIdle = plain.values().stream()
                    .anyMatch(one -> one.toldSince != null && !end.isBefore(one.toldSince.plusSeconds(60)));
            if (!killed || (anyIdle && !end.isBefore(started.plusSeconds(5)))) {
                assertThat(kept.alive()).isBetween(end.minusSeconds(killed ? 60 : 0), end);
            }
            plain.forEach((name, one) -> {
                Seen seen = kept.seen().get(key(name));
                if (!killed || one.first.isBefore(end.minusSeconds(5))) {
                    assertThat(seen).as("%s of %s", name, kept).isNotNull();
                    assertThat(Objects.requireNonNull(seen).first()).isEqualTo(one.first);
                }
                if (seen != null && !Objects.equals(seen.idleSince(), one.idleSince)) {
                    assertThat(killed).isTrue();
                    one.idleSince = seen.idleSince();
                }
            });
            alarm = new SetAlarm(end.plus(away));
            started = alarm.clock().instant();
            served.clear();
            Instant now = alarm.clock().instant();
            plain.replaceAll((name, one) -> {
                Seen seen = kept.seen().get(key(name));
                SimpleModel next = new SimpleModel(seen == null ? now : seen.first());
                Instant later = seen == null || one.idleSince == null
                        ? null
                        : one.idleSince.plus(Duration.between(kept.alive(), now));
                next.idleSince = later != null && later.isAfter(now) ? now : later;
                next.with(one.limits, now);
                return next;
            });
            stage = stage();
            resolve(Set.of());
        }

        /** Applies and checks all events, and returns the sum of the numbers of expired virtual environments. */
        private int applyAndCheck(List<Event> events) throws IOException {
            int expired = 0;
            for (Event event : events) {
                applyAndCheck(event);
                alarm.advance(Duration.ofSeconds(event.seconds()));
                Instant now = alarm.clock().instant();
                plain.forEach((name, one) -> assertThat(served.containsKey(key(name)))
                        .as("%s at %s", name, now)
                        .isEqualTo(one.expired(now)));
                assertThat(served).hasSizeLessThanOrEqualTo(plain.size());
                expired += served.size();
            }
            return expired;
        }

        private void applyAndCheck(Event event) throws IOException {
            String name = "e" + event.which();
            switch (event.what()) {
                case 0, 1 -> write(name, event.variant());
                case 2 -> delete(name);
                case 3, 4, 5 -> use(name, event.variant() * 20);
                case 6 -> restart(event.variant() > 2, Duration.ofSeconds(event.seconds() * 10L));
                case 7 -> {
                    faulty = true;
                    write(name, event.variant());
                    alarm.advance(Duration.ofSeconds(event.seconds()));
                    faulty = false;
                    resolve(Set.of());
                }
                default -> {
                    // Only time passes.
                }
            }
        }
    }

    @Property(tries = 60)
    void theExpiredOnesAreThoseOfASimpleModel(@ForAll("events") List<Event> events) throws IOException {
        Path folder = Files.createTempDirectory("seen");
        int expired;
        try {
            expired = new World(folder).applyAndCheck(events);
        } finally {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
        Statistics.label("something expired").collect(expired > 0);
        Statistics.label("something expired").coverage(c -> c.check(true).percentage(p -> p > 10));
    }
}
