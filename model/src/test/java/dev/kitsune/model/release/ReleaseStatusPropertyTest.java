package dev.kitsune.model.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.Environment.ReleasePolicy;
import dev.kitsune.model.manifest.Environment.ReleasePolicy.ReleaseType;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironment.ReleasedApp;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseEntry.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/**
 * Compares the releases of one virtual environment with a simple list that holds the expected phase of each.
 */
class ReleaseStatusPropertyTest {
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    /**
     * An event.
     *
     * @param seconds the time that passes before it
     */
    record Event(int what, int which, int seconds) {}

    @Provide
    Arbitrary<List<Event>> events() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 6),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 200))
                .as(Event::new)
                .list()
                .ofMaxSize(40);
    }

    private static VirtualEnvironment.Release release(int which) {
        return new VirtualEnvironment.Release(Map.of("shop", new ReleasedApp("shop-" + which, null)), null);
    }

    /** A release in the list, with its expected phase. */
    private static final class ListedRelease {
        private final VirtualEnvironment.Release wanted;
        private final boolean back;
        private final Instant asked;
        private Phase phase = Phase.Pending;
        private boolean wasActive;

        ListedRelease(VirtualEnvironment.Release wanted, boolean back, Instant asked) {
            this.wanted = wanted;
            this.back = back;
            this.asked = asked;
        }
    }

    private final List<ListedRelease> all = new ArrayList<>();

    private @Nullable ListedRelease in(Phase phase) {
        return all.stream().filter(p -> p.phase == phase).findFirst().orElse(null);
    }

    private void end(@Nullable ListedRelease plain, Phase as) {
        if (plain != null) {
            plain.phase = as;
        }
    }

    private void start(VirtualEnvironment.Release wanted, boolean back, Instant now) {
        end(in(Phase.Pending), Phase.Superseded);
        all.add(new ListedRelease(wanted, back, now));
    }

    private void rollBack(int to, Instant now) {
        ListedRelease active = in(Phase.Active);
        ListedRelease target = to > 0 && to <= all.size() && all.get(to - 1).wasActive ? all.get(to - 1) : null;
        if (target == null) {
            return;
        }
        end(in(Phase.Pending), Phase.RolledBack);
        if (target != active) {
            start(target.wanted, true, now);
        }
    }

    @Property(tries = 500)
    void theStatusEqualsTheListAfterAllEvents(@ForAll("events") List<Event> events) {
        all.clear();
        ReleaseStatus status = ReleaseStatus.NONE;
        ReleasePolicy policy =
                new ReleasePolicy(ReleaseType.Testing, DEADLINE, new ReleasePolicy.History(Integer.MAX_VALUE, 0));
        Instant now = Instant.EPOCH;
        VirtualEnvironment.Release written = null;
        int requests = 0;
        for (Event event : events) {
            now = now.plusSeconds(event.seconds());
            switch (event.what()) {
                case 0, 1 -> {
                    VirtualEnvironment.Release next = release(event.which());
                    status = status.written(next, now);
                    ListedRelease active = in(Phase.Active);
                    if (!next.equals(written) && active != null && active.wanted.equals(next)) {
                        end(in(Phase.Pending), Phase.Superseded);
                    } else if (!next.equals(written)) {
                        start(next, false, now);
                    }
                    written = next;
                }
                case 2 -> {
                    ReleaseRequest request = new ReleaseRequest.Start(
                            "r" + requests++, new VirtualEnvironmentName("main"), release(event.which()));
                    status = status.asked(request, now).asked(request, now);
                    start(release(event.which()), false, now);
                }
                case 3 -> {
                    status = status.asked(
                            new ReleaseRequest.Back(
                                    "r" + requests++, new VirtualEnvironmentName("main"), event.which()),
                            now);
                    rollBack(event.which(), now);
                }
                case 4 -> {
                    status = status.activated(null, now);
                    ListedRelease pending = in(Phase.Pending);
                    if (pending != null) {
                        end(in(Phase.Active), pending.back ? Phase.RolledBack : Phase.Superseded);
                        pending.phase = Phase.Active;
                        pending.wasActive = true;
                    }
                }
                case 5 -> {
                    status = status.waiting(List.of("a problem"), policy, now);
                    ListedRelease pending = in(Phase.Pending);
                    if (pending != null && !now.isBefore(pending.asked.plus(DEADLINE))) {
                        pending.phase = Phase.DeadlineExceeded;
                    }
                }
                default -> {
                    if (event.which() == 0) {
                        status = status.written(null, now);
                        if (written != null) {
                            end(in(Phase.Pending), Phase.Superseded);
                            end(in(Phase.Active), Phase.Superseded);
                        }
                        written = null;
                    }
                }
            }
            assertEqualsTheList(status);
        }
    }

    private void assertEqualsTheList(ReleaseStatus status) {
        assertThat(status.last()).isEqualTo(all.size());
        for (int id = 1; id <= all.size(); id++) {
            ListedRelease plain = all.get(id - 1);
            ReleaseEntry entry = entry(status, id);
            assertThat(entry.phase()).as("release %s", id).isEqualTo(plain.phase);
            assertThat(entry.wanted()).isEqualTo(plain.wanted);
            assertThat(entry.times().activated() != null).isEqualTo(plain.wasActive);
            assertThat(entry.times().ended() == null)
                    .isEqualTo(plain.phase == Phase.Active || plain.phase == Phase.Pending);
        }
    }

    private static ReleaseEntry entry(ReleaseStatus status, int id) {
        List<ReleaseEntry> found = new ArrayList<>(
                status.history().stream().filter(e -> e.id() == id).toList());
        if (status.active() != null && status.active().id() == id) {
            found.add(status.active());
        }
        if (status.pending() != null && status.pending().id() == id) {
            found.add(status.pending());
        }
        assertThat(found).as("release %s is in one place", id).hasSize(1);
        return found.get(0);
    }
}
