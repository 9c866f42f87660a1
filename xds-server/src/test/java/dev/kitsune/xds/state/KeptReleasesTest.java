package dev.kitsune.xds.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.release.Drift;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.xds.state.ReleaseFiles.Own;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the stored state, the times of the next decision, and drift, with a clock and a disk that the test controls.
 */
class KeptReleasesTest {
    private static final Instant BEGIN = Instant.EPOCH;
    private static final ReleaseFiles FILES =
            ReleaseFiles.FIRST.with("b", null).with(2).environment(false, 0, Set.of(1, 2));

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path state;

    private ReleaseProcess process = new ReleaseProcess(Path.of(""), BEGIN);

    @BeforeEach
    void begin() throws IOException {
        Files.createDirectories(state.resolve("releases"));
        process = new ReleaseProcess(state, BEGIN).begin();
        process.read(FILES);
    }

    @AfterEach
    void end() {
        process.end();
    }

    private static ReleaseFiles releasing(int which) {
        return FILES.with("a", new Own(ReleaseFiles.release(which, 0), Set.of()));
    }

    private Map<VirtualEnvironmentName, ReleaseStatus> onDisk() {
        return new StateFolder(state).statuses();
    }

    @Test
    void aReleaseThatCannotBeStoredIsNotServedAndIsTriedAgain() {
        Map<VirtualEnvironmentName, ReleaseStatus> before = onDisk();
        assertThat(process.served("a")).isEqualTo("c1 g0");

        process.disk.fullAt(0);
        process.read(releasing(2));

        assertThat(process.pipeline.state().failure()).isNull();
        assertThat(process.pipeline.state().problems().all())
                .filteredOn(problem -> problem.code() == ProblemCode.UnreadableFile)
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.virtualEnvironment()).isEqualTo(new VirtualEnvironmentName("a"));
                    assertThat(problem.message()).contains("No space left on device", "free space");
                });
        assertThat(process.served("a")).isEqualTo("c1 g0");
        assertThat(process.releases()).isEqualTo(before).isEqualTo(onDisk());
        assertThat(process.alarm.due()).isEqualTo(BEGIN.plusSeconds(1));

        process.alarm.pass(Duration.ofSeconds(1));
        assertThat(process.hasFailed()).isTrue();
        assertThat(process.alarm.due()).isEqualTo(BEGIN.plusSeconds(3));

        // Another virtual environment does not wait.
        process.read(releasing(2).environment(false, 1, Set.of(1, 2)));
        assertThat(process.served("a")).isEqualTo("c1 g1");

        process.disk.repair();
        process.alarm.pass(Duration.ofSeconds(2));
        assertThat(process.hasFailed()).isFalse();
        assertThat(process.served("a")).isEqualTo("c2 g1");
        assertThat(process.releases()).isEqualTo(onDisk()).isNotEqualTo(before);
    }

    @Test
    void examinesReleasesAtADeadlineAndWhenHistoryIsTooOld() {
        assertThat(process.alarm.due()).isNull();

        process.read(releasing(3));
        assertThat(process.alarm.due()).isEqualTo(BEGIN.plus(ReleaseModel.DEADLINE));

        process.alarm.pass(ReleaseModel.DEADLINE);
        Instant ended = BEGIN.plus(ReleaseModel.DEADLINE);
        assertThat(process.releases().get(new VirtualEnvironmentName("a"))).satisfies(a -> {
            assertThat(a.exceeded()).isTrue();
            assertThat(a.history()).hasSize(1);
        });
        assertThat(process.alarm.due()).isEqualTo(ended.plus(ReleaseModel.AGE));

        process.alarm.pass(ReleaseModel.AGE);
        assertThat(process.releases().get(new VirtualEnvironmentName("a"))).satisfies(a -> {
            assertThat(a.exceeded()).isTrue();
            assertThat(a.history()).isEmpty();
        });
        assertThat(process.alarm.due()).isNull();
    }

    @Test
    void driftIsTheDifferenceToTheFrozenState() {
        assertThat(process.pipeline.drift(new VirtualEnvironmentName("a"))).isEmpty();
        ReleaseFiles stable = releasing(2).environment(true, 0, Set.of(1, 2));
        process.read(stable);
        assertThat(process.pipeline.drift(new VirtualEnvironmentName("a"))).isEmpty();

        process.read(stable.environment(true, 1, Set.of(2)));

        assertThat(process.served("a")).isEqualTo("c2 g0");
        assertThat(process.pipeline.drift(new VirtualEnvironmentName("a")))
                .extracting(Drift::what, Drift::frozen, Drift::live)
                .containsExactly(tuple("variable greeting", "g0", "g1"), tuple("variable v1", "there", null));
    }
}
