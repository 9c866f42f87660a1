package dev.kitsune.xds.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.expiry.Seen;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.xds.release.SeenFile.Kept;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When virtual environments were seen, on a disk from which the process may be gone before and after every step. */
class SeenFileTest {
    private static final ObjectKey MAIN = new ObjectKey(Kind.VirtualEnvironment, "shop", "main");
    private static final ObjectKey FIX = new ObjectKey(Kind.VirtualEnvironment, "shop", "fix");
    private static final Instant NOON = Instant.parse("2026-11-02T12:00:00Z");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    private static Kept kept(int seconds) {
        Instant then = NOON.plusSeconds(seconds);
        return new Kept(then.plusMillis(5), Map.of(MAIN, new Seen(NOON, then, null), FIX, new Seen(NOON, then, then)));
    }

    @Test
    void whatIsKeptIsReadAgain() throws IOException {
        SeenFile file = new SeenFile(folder);
        assertThat(file.load()).isEmpty();
        file.keep(kept(1));
        assertThat(new SeenFile(folder).load()).contains(kept(1));
        assertThat(folder.resolve("seen.json"))
                .content()
                .contains("VirtualEnvironment/shop/main", "2026-11-02T12:00:01Z");
    }

    @Test
    void goneAtAnyStepThereIsTheOldOrTheNew() throws IOException {
        SeenFile file = new SeenFile(folder);
        boolean crashed = true;
        int step = 0;
        for (; crashed; step++) {
            file.keep(kept(1));
            try {
                new SeenFile(folder, CrashingDisk.gone(step)).keep(kept(2));
                crashed = false;
            } catch (CrashingDisk.Gone e) {
                crashed = true;
            }
            assertThat(file.load().orElseThrow()).as("gone at step %s", step).isIn(kept(1), kept(2));
        }
        assertThat(step).isGreaterThan(5);
        assertThat(file.load()).contains(kept(2));
    }

    @Test
    void whatCannotBeUnderstoodIsAProblemAndIsNotLost() throws IOException {
        Path path = folder.resolve("seen.json");
        for (String text : new String[] {"{", "{\"version\": 2}", "{\"version\": 1}", ""}) {
            Files.writeString(path, text);
            Files.deleteIfExists(folder.resolve("seen.json.unreadable"));
            SeenFile file = new SeenFile(folder);

            assertThat(file.load()).isEmpty();

            assertThat(file.problems()).extracting(Problem::code).containsExactly(ProblemCode.UnreadableFile);
            file.keep(kept(1));
            file.keep(kept(2));
            assertThat(folder.resolve("seen.json.unreadable")).hasContent(text);
            assertThat(new SeenFile(folder).load()).contains(kept(2));
        }
    }
}
