package dev.kitsune.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void childProcessesHaveEndedAfterClose() throws Exception {
        Path written = folder.resolve("written");
        String busy = "echo $$ >> pids; while :; do echo . >> written; sleep 0.01; done";
        String script = "cd '%1$s'; bash -c '%2$s' & bash -c '%2$s' & wait".formatted(folder, busy);
        try (ChildProcess shell =
                ChildProcess.start(List.of("setsid", "-w", "bash", "-c", script), folder.resolve("log"))) {
            await().atMost(PATIENCE)
                    .until(() -> Files.exists(written)
                            && Files.exists(folder.resolve("pids"))
                            && Files.readAllLines(folder.resolve("pids")).size() == 2);

            shell.kill();

            for (String pid : Files.readAllLines(folder.resolve("pids"))) {
                assertThat(ProcessHandle.of(Long.parseLong(pid))
                                .flatMap(process -> process.info().command()))
                        .as("process " + pid)
                        .isEmpty();
            }
        }
    }
}
