package dev.kitsune.xds.state;

import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseEntry.Phase;
import dev.kitsune.model.release.ReleaseRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A simple model of releases, which has a list of all started releases for each virtual environment.
 */
final class ReleaseModel {
    static final Duration DEADLINE = Duration.ofSeconds(60);
    static final Duration AGE = Duration.ofDays(1);
    static final int COUNT = 2;

    private final Map<String, ModelVirtualEnvironment> virtualEnvironments = new TreeMap<>();

    /** The virtual environments whose files the process has seen. */
    private final Set<String> seen = new HashSet<>();

    private static final class One {
        private final int id;
        private final Release wanted;
        private final boolean back;
        private final Instant asked;
        private Phase phase = Phase.Pending;
        private @Nullable Instant activated;
        private @Nullable Instant ended;

        /** The frozen greeting. */
        private @Nullable String frozen;

        One(int id, Release wanted, boolean back, Instant asked) {
            this.id = id;
            this.wanted = wanted;
            this.back = back;
            this.asked = asked;
        }

        One copy() {
            One copy = new One(id, wanted, back, asked);
            copy.phase = phase;
            copy.activated = activated;
            copy.ended = ended;
            copy.frozen = frozen;
            return copy;
        }

        String line() {
            String deadline = phase == Phase.Pending ? asked.plus(DEADLINE).toString() : "";
            return ReleaseLine.of(id, phase, wanted, asked, deadline, activated, ended, frozen);
        }
    }

    /** All releases of one virtual environment that are still known. The ended ones are in the order of their end. */
    private static final class ModelVirtualEnvironment {
        private @Nullable Release written;
        private @Nullable String request;
        private boolean inVain;
        private int last;
        private final List<One> waiting = new ArrayList<>();
        private final List<One> active = new ArrayList<>();
        private final List<One> over = new ArrayList<>();

        ModelVirtualEnvironment copy() {
            ModelVirtualEnvironment copy = new ModelVirtualEnvironment();
            copy.written = written;
            copy.request = request;
            copy.inVain = inVain;
            copy.last = last;
            waiting.forEach(one -> copy.waiting.add(one.copy()));
            active.forEach(one -> copy.active.add(one.copy()));
            over.forEach(one -> copy.over.add(one.copy()));
            return copy;
        }

        boolean isNothing() {
            return written == null && request == null && last == 0;
        }

        void end(List<One> which, Phase as, Instant now) {
            which.forEach(one -> {
                one.phase = as;
                one.ended = now;
                over.add(one);
            });
            which.clear();
        }

        void ask(Release wanted, boolean back, @Nullable String frozen, Instant now) {
            end(waiting, Phase.Superseded, now);
            One one = new One(++last, wanted, back, now);
            one.frozen = frozen;
            waiting.add(one);
            inVain = false;
        }

        void written(@Nullable Release release, Instant now) {
            if (Objects.equals(release, written)) {
                return;
            }
            written = release;
            inVain = false;
            if (release == null) {
                end(waiting, Phase.Superseded, now);
                end(active, Phase.Superseded, now);
            } else if (active.stream().anyMatch(one -> one.wanted.equals(release))) {
                end(waiting, Phase.Superseded, now);
            } else {
                ask(release, false, null, now);
            }
        }

        void asked(ReleaseRequest asked, Instant now) {
            if (asked.id().equals(request)) {
                return;
            }
            request = asked.id();
            if (asked instanceof ReleaseRequest.Start start) {
                ask(start.wanted(), false, null, now);
            } else {
                back(((ReleaseRequest.Back) asked).to(), now);
            }
        }

        private void back(@Nullable Integer to, Instant now) {
            boolean withdraws = to == null && !waiting.isEmpty() && !active.isEmpty();
            One target = Stream.concat(active.stream(), over.stream())
                    .filter(one -> one.activated != null)
                    .filter(one -> to != null
                            ? one.id == to
                            : withdraws ? one.phase == Phase.Active : one.phase == Phase.Superseded)
                    .reduce((first, second) -> second)
                    .orElse(null);
            if (target != null) {
                inVain = false;
                end(waiting, Phase.RolledBack, now);
                if (target.phase != Phase.Active) {
                    ask(target.wanted, true, target.frozen, now);
                }
            }
        }

        void settle(String name, ReleaseFiles files, Instant now) {
            for (One one : List.copyOf(waiting)) {
                boolean thaws = !files.stable();
                if ((!thaws && one.frozen != null) || files.isGood(name, ReleaseFiles.deployment(one.wanted))) {
                    end(active, one.back ? Phase.RolledBack : Phase.Superseded, now);
                    one.phase = Phase.Active;
                    one.activated = now;
                    one.frozen = thaws ? null : one.frozen != null ? one.frozen : "g" + files.greeting();
                    waiting.clear();
                    active.add(one);
                } else if (!now.isBefore(one.asked.plus(DEADLINE))) {
                    end(waiting, Phase.DeadlineExceeded, now);
                    inVain = true;
                }
            }
            over.removeIf(one -> !now.isBefore(Objects.requireNonNull(one.ended).plus(AGE)));
            while (over.size() > COUNT) {
                over.remove(0);
            }
        }

        List<String> lines() {
            List<String> lines = new ArrayList<>(List.of(ReleaseLine.head(written, request, last, inVain)));
            waiting.forEach(one -> lines.add(one.line()));
            active.forEach(one -> lines.add(one.line()));
            List<One> newest = new ArrayList<>(over);
            Collections.reverse(newest);
            newest.forEach(one -> lines.add(one.line()));
            return lines;
        }
    }

    ReleaseModel copy() {
        ReleaseModel copy = new ReleaseModel();
        virtualEnvironments.forEach((name, of) -> copy.virtualEnvironments.put(name, of.copy()));
        copy.seen.addAll(seen);
        return copy;
    }

    /**
     * Returns the model of the state on the disk. The state of each virtual environment must equal one of these models.
     */
    static ReleaseModel of(Map<String, List<String>> found, List<ReleaseModel> either) {
        ReleaseModel whole = new ReleaseModel();
        whole.seen.addAll(either.get(0).seen);
        Set<String> names = new TreeSet<>(found.keySet());
        either.forEach(model -> names.addAll(model.virtualEnvironments.keySet()));
        for (String name : names) {
            ReleaseModel one = either.stream()
                    .filter(model -> Objects.equals(model.lines().get(name), found.get(name)))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(name + " is " + found.get(name) + ", and neither of "
                            + either.stream()
                                    .map(model -> model.lines().get(name))
                                    .toList()));
            ModelVirtualEnvironment of = one.virtualEnvironments.get(name);
            if (of != null) {
                whole.virtualEnvironments.put(name, of.copy());
            }
        }
        return whole;
    }

    /** Returns the model of a new process that has seen no files yet. */
    ReleaseModel restarted() {
        ReleaseModel copy = copy();
        copy.seen.clear();
        return copy;
    }

    /** Returns the model after files were seen whose decisions could not be stored. */
    ReleaseModel seeing(ReleaseModel decided) {
        ReleaseModel copy = copy();
        copy.seen.addAll(decided.seen); // A deleted file also counts as seen until the deletion is stored.
        return copy;
    }

    /** Returns the model after the decision about these files and requests. */
    ReleaseModel decided(ReleaseFiles files, Iterable<ReleaseRequest> requests, Instant now) {
        ReleaseModel next = copy();
        next.virtualEnvironments
                .keySet()
                .removeIf(name ->
                        seen.contains(name) && !files.virtualEnvironments().containsKey(name));
        next.seen.clear();
        next.seen.addAll(files.virtualEnvironments().keySet());
        for (String name : next.seen) {
            ModelVirtualEnvironment of =
                    next.virtualEnvironments.computeIfAbsent(name, n -> new ModelVirtualEnvironment());
            of.written(
                    Objects.requireNonNull(files.virtualEnvironments().get(name))
                            .release(),
                    now);
            requests.forEach(request -> {
                if (request.virtualEnvironment().equals(new VirtualEnvironmentName(name))) {
                    of.asked(request, now);
                }
            });
            of.settle(name, files, now);
        }
        next.virtualEnvironments.values().removeIf(ModelVirtualEnvironment::isNothing);
        return next;
    }

    Map<String, List<String>> lines() {
        Map<String, List<String>> lines = new TreeMap<>();
        virtualEnvironments.forEach((name, of) -> lines.put(name, of.lines()));
        return lines;
    }

    boolean hasActive(String name) {
        ModelVirtualEnvironment of = virtualEnvironments.get(name);
        return of != null && !of.active.isEmpty();
    }

    /** Returns the version and the greeting that answer; {@code nothing} if none does. */
    String served(String name, ReleaseFiles files) {
        ModelVirtualEnvironment of = virtualEnvironments.get(name);
        return of == null
                ? "nothing"
                : of.active.stream()
                        .map(one -> "c" + ReleaseFiles.deployment(one.wanted) + " "
                                + (one.frozen == null ? "g" + files.greeting() : one.frozen))
                        .findFirst()
                        .orElse("nothing");
    }
}
