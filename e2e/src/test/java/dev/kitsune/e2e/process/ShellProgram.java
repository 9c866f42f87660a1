package dev.kitsune.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes programs that stand in for others. */
public final class ShellProgram {
    private ShellProgram() {}

    /** Writes a script of the shell as a program, and returns its path. */
    public static Path write(Path file, String script) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }
}
