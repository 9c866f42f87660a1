package dev.kitsune.e2e.soak;

import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.process.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without this test, a log without leaks could be the log of a detector that is off. */
class LeakDetectorIT {
    @TempDir
    private Path temp;

    @Test
    void aForgottenBufferIsInTheLogOfTheProgram() throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(LeakDetector.ON);
        command.addAll(
                List.of("-Xmx128m", "-cp", System.getProperty("java.class.path"), LeakingProgram.class.getName()));
        try (ChildProcess program = ChildProcess.start(command, temp.resolve("log"))) {
            await().atMost(Duration.ofMinutes(1)).until(() -> program.log().contains(LeakDetector.LINE));
        }
    }
}
