package dev.kitsune.xds.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class KitsuneCommandTest {
    @Test
    void helpGoesToStandardOutputAndShowsTheFirstSteps() {
        Run help = Run.of("--help");

        assertThat(help.exitCode()).isZero();
        assertThat(help.err()).isEmpty();
        assertThat(help.out()).contains("Usage: kitsune", "Commands:", "First steps:", "Exit codes:");
    }

    @Test
    void everyCommandHasHelpWithExamples() {
        KitsuneCommand.commandLine("kitsune").getSubcommands().keySet().forEach(name -> {
            Run help = Run.of(name, "--help");
            assertThat(help.exitCode()).isZero();
            assertThat(help.out()).contains("Usage: kitsune " + name, "Examples:");
        });
    }

    @Test
    void theUsageShowsTheNameOfTheCall() {
        CommandLine line = KitsuneCommand.commandLine("kubectl kitsune");

        assertThat(line.getUsageMessage())
                .startsWith("Usage: kubectl kitsune ")
                .contains("kubectl kitsune COMMAND --help");
    }

    @Test
    void aWrongCommandIsASentenceOnStandardErrorAndCode2() {
        Run run = Run.of("completio");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("there is no command 'completio'", "Did you mean", "completion", "--help");
    }

    @Test
    void noCommandIsCode2() {
        assertThat(Run.of().exitCode()).isEqualTo(2);
    }

    @Test
    void anUnknownOptionIsNamedWithTheHelpOfItsCommand() {
        Run run = Run.of("completion", "bash", "--colour");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--colour", "`kitsune completion --help`");
    }

    @Test
    void theVersionIsThatOfTheBuild() {
        Run run = Run.of("--version");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).matches("kitsune \\d+\\.\\d+\\.\\d+\\S* \\(Java .*\\)\\R");
    }

    @Test
    void completionIsAScriptThatKnowsTheCommands() {
        Run run = Run.of("completion", "bash");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("#!/usr/bin/env bash").contains("complete ", "completion");
    }
}
