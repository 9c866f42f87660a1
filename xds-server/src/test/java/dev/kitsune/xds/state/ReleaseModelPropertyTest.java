package dev.kitsune.xds.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.xds.state.ReleaseFiles.Own;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Tests releases with all kinds of events. Files change in any order and late, commands make requests, time passes, the
 * disk is full, and the process is killed at any step and restarted. After each event the state equals a simple model.
 * After a crash, each virtual environment has its state from before or after the decision, and never one in between.
 */
class ReleaseModelPropertyTest {
    private static final List<String> NAMES = List.of("a", "b");

    enum What {
        RELEASE_WRITTEN,
        VARIABLE_COMES_OR_GOES,
        SHARED_VARIABLE_COMES_OR_GOES,
        APP_DEPLOYMENT_COMES,
        GREETING_CHANGES,
        KIND_CHANGES,
        FILE_DELETED,
        RELEASE_ASKED,
        ROLLBACK_ASKED,
        REQUEST_SEEN_AGAIN,
        SECONDS_GO_BY,
        HOURS_GO_BY,
        KILLED
    }

    /**
     * An event.
     *
     * @param late whether the process reads the change only with a later event, and then in the other order
     * @param fault the step of the disk at which the process is killed, or from which the disk is full; a number beyond
     *     the last step for none
     */
    record Event(What what, String name, int which, boolean late, int fault, boolean full) {}

    @Provide
    Arbitrary<List<Event>> events() {
        Arbitrary<Integer> faults = Arbitraries.frequencyOf(
                Tuple.of(2, Arbitraries.just(1000)),
                Tuple.of(1, Arbitraries.integers().between(0, 24)));
        return Combinators.combine(
                        Arbitraries.of(What.class),
                        Arbitraries.of(NAMES),
                        Arbitraries.integers().between(0, 7),
                        Arbitraries.of(true, false, false),
                        faults,
                        Arbitraries.of(true, false, false))
                .as(Event::new)
                .list()
                .ofMinSize(5)
                .ofMaxSize(40);
    }

    private Path root = Path.of("");
    private int requests;
    private Instant now = Instant.EPOCH;
    private ReleaseFiles files = ReleaseFiles.FIRST;

    /** The files that the process has read. */
    private ReleaseFiles read = ReleaseFiles.FIRST;

    private final Map<String, ReleaseRequest> asked = new TreeMap<>();
    private ReleaseModel model = new ReleaseModel();

    /** The states that the process has tried to store since it last stored one. */
    private final List<ReleaseModel> tried = new ArrayList<>();

    private ReleaseProcess process = new ReleaseProcess(root, now);

    @Property(tries = 250, edgeCases = EdgeCasesMode.NONE)
    void theStateEqualsTheModelAfterAllEvents(@ForAll("events") List<Event> events) throws IOException {
        root = Files.createTempDirectory("kitsune-releases");
        try {
            begin();
            for (Event event : events) {
                apply(event);
                assertEqualsTheModel();
            }
        } finally {
            try (Stream<Path> all = Files.walk(root)) {
                for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** The disk fails after the new file was renamed. */
    @Example
    void aStatusThatIsOnTheDiskAlthoughItsWriteFailedIsNotForgottenWhenTheReleaseIsWithdrawn() throws IOException {
        theStateEqualsTheModelAfterAllEvents(List.of(
                new Event(What.RELEASE_WRITTEN, "a", 0, false, 1000, true),
                new Event(What.RELEASE_WRITTEN, "a", 1, false, 4, true),
                new Event(What.RELEASE_WRITTEN, "a", 0, false, 1000, true)));
    }

    private void begin() throws IOException {
        requests = 0;
        now = Instant.EPOCH;
        files = ReleaseFiles.FIRST;
        asked.clear();
        tried.clear();
        model = new ReleaseModel();
        Files.createDirectories(root.resolve("releases"));
        Files.createDirectories(root.resolve("requests"));
        process = started();
        hear(files);
    }

    private ReleaseProcess started() throws IOException {
        process.end();
        return new ReleaseProcess(root, now).begin();
    }

    private void apply(Event event) throws IOException {
        if (event.what() == What.KILLED) {
            process = started();
        }
        if (event.full()) {
            process.disk.fullAt(event.fault());
        } else {
            process.disk.crashAt(event.fault());
        }
        switch (event.what()) {
            case RELEASE_ASKED ->
                ask(
                        event,
                        new ReleaseRequest.Start(
                                "r" + requests++,
                                new VirtualEnvironmentName(event.name()),
                                Objects.requireNonNull(ReleaseFiles.release(1 + event.which() % 3, 0))));
            case ROLLBACK_ASKED ->
                ask(
                        event,
                        new ReleaseRequest.Back(
                                "r" + requests++,
                                new VirtualEnvironmentName(event.name()),
                                event.which() < 4 ? null : event.which() - 3));
            case REQUEST_SEEN_AGAIN -> {
                ReleaseStatus status = process.releases().get(new VirtualEnvironmentName(event.name()));
                if (status != null && status.request() != null && !asked.containsKey(event.name())) {
                    ask(
                            event,
                            new ReleaseRequest.Back(status.request(), new VirtualEnvironmentName(event.name()), null));
                }
            }
            case SECONDS_GO_BY -> passTime(Duration.ofSeconds(1L + event.which() * 10L));
            case HOURS_GO_BY -> passTime(Duration.ofHours(1L + event.which() * 3L));
            case KILLED -> restart();
            default -> {
                files = edited(event);
                if (!event.late()) {
                    hear();
                }
            }
        }
    }

    private ReleaseFiles edited(Event event) {
        Own own = files.virtualEnvironments().getOrDefault(event.name(), new Own(null, Set.of()));
        int third = 1 + event.which() % 3;
        return switch (event.what()) {
            case RELEASE_WRITTEN ->
                files.with(
                        event.name(),
                        new Own(ReleaseFiles.release(event.which() % 4, event.which() / 4), own.variables()));
            case VARIABLE_COMES_OR_GOES ->
                files.with(event.name(), new Own(own.release(), ReleaseFiles.toggled(own.variables(), third)));
            case SHARED_VARIABLE_COMES_OR_GOES ->
                files.environment(files.stable(), files.greeting(), ReleaseFiles.toggled(files.shared(), third));
            case GREETING_CHANGES -> files.environment(files.stable(), event.which(), files.shared());
            case KIND_CHANGES -> files.environment(!files.stable(), files.greeting(), files.shared());
            case APP_DEPLOYMENT_COMES -> files.with(third);
            default -> files.with(event.name(), null);
        };
    }

    /** Reads the files. Changes that the process has not read yet arrive after the newest change, or with it. */
    private void hear() throws IOException {
        ReleaseFiles all = files;
        ReleaseFiles first = new ReleaseFiles(
                read.stable(), read.greeting(), read.shared(), all.virtualEnvironments(), all.deployments());
        if (!first.equals(read) && !first.equals(all)) {
            hear(first);
        }
        if (!all.equals(read)) {
            hear(all);
        }
    }

    private void hear(ReleaseFiles next) throws IOException {
        if (!asked.isEmpty() && process.hasBegun()) {
            makeDecision(process::readRequests);
        }
        read = next;
        makeDecision(() -> process.read(next));
    }

    private void ask(Event event, ReleaseRequest request) throws IOException {
        new StateFolder(root, CrashingDisk.working()).ask(request);
        asked.put(event.name(), request);
        if (!event.late()) {
            makeDecision(process::readRequests);
        }
    }

    private void passTime(Duration time) throws IOException {
        if (!asked.isEmpty() && process.hasBegun()) {
            makeDecision(process::readRequests);
        }
        now = now.plus(time);
        Instant due = process.alarm.due();
        if (due != null && !now.isBefore(due)) {
            makeDecision(() -> process.alarm.pass(time));
        } else {
            process.alarm.pass(time);
            if (tried.isEmpty()) {
                assertThat(model.decided(read, List.of(), now).lines())
                        .as("nothing is due, so no decision changes anything")
                        .isEqualTo(model.lines());
            }
        }
    }

    /** Makes the process decide, which may fail. */
    private void makeDecision(Runnable what) throws IOException {
        if (!process.hasBegun()) {
            model = kept().restarted();
            tried.clear();
        }
        ReleaseModel next = model.decided(read, asked.values(), now);
        try {
            what.run();
        } catch (CrashingDisk.Crash e) {
            tried.add(next);
            process = started();
            restart();
            return;
        }
        if (process.hasFailed()) {
            tried.add(next);
            model = process.hasBegun() ? kept().seeing(next) : kept();
        } else {
            assertActiveReleasesStay(next);
            model = next;
            tried.clear();
        }
        asked.values().retainAll(new StateFolder(root).requests()); // A full disk may have left some.
    }

    /**
     * Returns the state on the disk, which must be the last stored state or a later one for each virtual environment.
     */
    private ReleaseModel kept() {
        StateFolder folder = new StateFolder(root);
        Map<String, List<String>> found = ReleaseLine.of(folder.statuses());
        assertThat(folder.problems()).isEmpty();
        List<ReleaseModel> either = new ArrayList<>(List.of(model));
        either.addAll(tried);
        return ReleaseModel.of(found, either);
    }

    private void restart() throws IOException {
        model = kept().restarted();
        tried.clear();
        asked.values().retainAll(new StateFolder(root).requests());
        hear(files);
    }

    private void assertActiveReleasesStay(ReleaseModel next) {
        for (String name : NAMES) {
            Own own = read.virtualEnvironments().get(name);
            if (model.hasActive(name) && own != null && own.release() != null) {
                assertThat(next.hasActive(name)).isTrue();
            }
        }
    }

    private void assertEqualsTheModel() {
        if (!tried.isEmpty()) {
            return; // The disk is full. Its content is checked when it can be written again, or after a restart.
        }
        assertThat(ReleaseLine.of(process.releases())).isEqualTo(model.lines());
        assertThat(ReleaseLine.of(new StateFolder(root).statuses())).isEqualTo(model.lines());
        for (String name : NAMES) {
            String expected = read.virtualEnvironments().containsKey(name) ? model.served(name, read) : "nothing";
            assertThat(process.served(name)).isEqualTo(expected);
        }
        process.releases().forEach((name, status) -> {
            assertThat(status.history()).hasSizeLessThanOrEqualTo(ReleaseModel.COUNT);
            if (read.virtualEnvironments().containsKey(name.value())) {
                assertThat(status.history())
                        .allMatch(entry -> Objects.requireNonNull(entry.times().ended())
                                .plus(ReleaseModel.AGE)
                                .isAfter(now));
            }
        });
    }
}
