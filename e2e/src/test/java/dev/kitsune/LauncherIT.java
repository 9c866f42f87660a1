package dev.kitsune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.process.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the launcher as a user who may not write another user's build. Its Java is a script that prints its arguments.
 */
class LauncherIT {
    private static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path temp;

    private Path root;
    private Path build;

    @BeforeEach
    void buildAsOneUser() throws IOException {
        root = Files.createDirectory(temp.resolve("repository"));
        Path program = Files.copy(Repository.root().resolve("kitsune"), root.resolve("kitsune"));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        write("pom.xml", "");
        for (String module : List.of("model", "envoy-config", "xds-server", "k8s-watcher", "e2e")) {
            write(module + "/pom.xml", "");
            write(module + "/src/main/Source.java", "");
        }
        try (Stream<Path> sources = Files.walk(root)) {
            for (Path source : sources.toList()) {
                Files.setLastModifiedTime(source, FileTime.from(BUILT.minusSeconds(60)));
            }
        }
        build = root.resolve("target/launcher/e2e");
        write("target/launcher/lock", "");
        write(
                "target/launcher/e2e/classpath",
                write("target/launcher/e2e/lib.1/kitsune.jar", "").toString());
        Files.setLastModifiedTime(write("target/launcher/e2e/built", ""), FileTime.from(BUILT));
        write("java/release", "JAVA_VERSION=\"17.0.1\"\n");
        Path java = write("java/bin/java", "#!/bin/sh\necho RAN \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void makeDeletable() throws IOException {
        permit("rwxr-xr-x");
    }

    private Path write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private void permit(String permissions) throws IOException {
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.toList()) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
            }
        }
    }

    private String runAsAnother(int code) throws Exception {
        permit("r-xr-xr-x");
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            // Permissions do not restrict root.
            command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        command.addAll(List.of(root.resolve("kitsune").toString(), "check"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(temp.resolve("printed").toFile());
        builder.environment().put("JAVA_HOME", root.resolve("java").toString());
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
        String printed = Files.readString(temp.resolve("printed"));
        assertThat(process.exitValue()).as(printed).isEqualTo(code);
        return printed;
    }

    @Test
    void runsTheBuildOfTheOtherUser() throws Exception {
        assertThat(runAsAnother(0).lines())
                .singleElement()
                .asString()
                .startsWith("RAN")
                .endsWith("check");
    }

    @Test
    void runsTheOlderBuildAndSaysSoIfItCannotBuild() throws Exception {
        write("model/src/main/Source.java", "newer");

        assertThat(runAsAnother(0))
                .contains("RAN", "the sources are newer than the build", "This runs the older build")
                .doesNotContain("Permission denied");
    }

    @Test
    void saysWhatToDoIfThereIsNoBuild() throws Exception {
        Files.delete(build.resolve("built"));

        assertThat(runAsAnother(1))
                .contains("cannot read a build of Kitsune here", "run " + root + "/kitsune version once")
                .doesNotContain("Permission denied", "RAN");
    }
}
