package dev.kitsune.xds.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.expiry.Arrival;
import dev.kitsune.model.expiry.Seen;
import dev.kitsune.model.expiry.Sightings;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the file of sightings, with a process that may crash before and after every step. */
class SightingsFileTest {
    private static final ObjectKey MAIN = new ObjectKey(Kind.VirtualEnvironment, "shop", "main");
    private static final ObjectKey FIX = new ObjectKey(Kind.VirtualEnvironment, "shop", "fix");
    private static final Instant NOON = Instant.parse("2026-11-02T12:00:00Z");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    private static Sightings kept(int seconds) {
        Instant then = NOON.plusSeconds(seconds);
        return new Sightings(
                then.plusMillis(5),
                Map.of(MAIN, new Seen(NOON, then, null), FIX, new Seen(NOON, then, then)),
                Map.of(MAIN, new Arrival(NOON, "main.yaml")));
    }

    private StateFolder opened() throws IOException {
        return new StateFolder(folder).open();
    }

    @Test
    void theStoredStateIsReadAgain() throws IOException {
        try (StateFolder state = opened()) {
            SightingsFile file = new SightingsFile(state);
            assertThat(file.load()).isEmpty();
            assertThat(file.keep(kept(1))).isEmpty();
            assertThat(new SightingsFile(state).load()).contains(kept(1));
        }
        assertThat(folder.resolve("seen.json"))
                .content()
                .contains("VirtualEnvironment/shop/main", "2026-11-02T12:00:01Z");
    }

    @Test
    void aCrashAtAnyStepLeavesTheOldOrTheNewState() throws IOException {
        boolean crashed = true;
        int step = 0;
        for (; crashed; step++) {
            try (StateFolder state = opened()) {
                new SightingsFile(state).keep(kept(1));
            }
            try (StateFolder state = new StateFolder(folder, CrashingDisk.crashingAt(step)).open()) {
                new SightingsFile(state).keep(kept(2));
                crashed = false;
            } catch (CrashingDisk.Crash e) {
                crashed = true;
            }
            assertThat(new SightingsFile(new StateFolder(folder)).load().orElseThrow())
                    .as("crash at step %s", step)
                    .isIn(kept(1), kept(2));
        }
        assertThat(step).isGreaterThan(5);
        assertThat(new SightingsFile(new StateFolder(folder)).load()).contains(kept(2));
    }

    @Test
    void theFormatOfAnEarlierKitsuneIsRead() throws IOException {
        Files.writeString(folder.resolve("seen.json"), """
                {"version": 1, "kept": {"alive": "2026-11-02T12:00:00Z",
                 "seen": {"VirtualEnvironment/shop/main": {"first": "2026-11-02T11:00:00Z"}}}}
                """);
        Sightings found = new SightingsFile(new StateFolder(folder)).load().orElseThrow();

        assertThat(found.came().created()).containsEntry(MAIN, NOON.minusSeconds(3600));
    }

    @Test
    void anUnreadableFileIsAProblemAndIsNotLost() throws IOException {
        Path path = folder.resolve("seen.json");
        for (String text : new String[] {"{", "{\"version\": 2}", "{\"version\": 1}", ""}) {
            Files.writeString(path, text);
            Files.deleteIfExists(folder.resolve("seen.json.unreadable"));
            try (StateFolder state = opened()) {
                SightingsFile file = new SightingsFile(state);

                assertThat(file.load()).isEmpty();

                assertThat(file.problems()).extracting(Problem::code).containsExactly(ProblemCode.UnreadableFile);
                file.keep(kept(1));
                file.keep(kept(2));
                assertThat(folder.resolve("seen.json.unreadable")).hasContent(text);
                assertThat(new SightingsFile(state).load()).contains(kept(2));
            }
        }
    }
}
