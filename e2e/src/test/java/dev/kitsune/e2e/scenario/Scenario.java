package dev.kitsune.e2e.scenario;

import dev.kitsune.e2e.scenario.CallsFile.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One behaviour, shown: a folder with a sentence ({@code README.md}), the whole input ({@code manifests*.yaml},
 * {@code secrets/}), the calls, and what the stages must make of it. Where it has a folder {@code then}, the files in that
 * replace those of the input while it is served, and have calls and problems of their own.
 */
record Scenario(String name, Path folder) {
    /** In the sources, so that an update writes where it is read. */
    private static final Path ALL = Path.of("src", "test", "resources", "scenarios");

    private static final String THEN = "then";

    /** For work on one of them: {@code -Dkitsune.scenario=} a part of its name. */
    private static final String ONLY = System.getProperty("kitsune.scenario", "");

    static List<Scenario> all() throws IOException {
        try (Stream<Path> folders = Files.list(ALL)) {
            return folders.filter(Files::isDirectory)
                    .filter(folder -> folder.getFileName().toString().contains(ONLY))
                    .sorted()
                    .map(folder -> new Scenario(folder.getFileName().toString(), folder))
                    .toList();
        }
    }

    List<Step> calls() throws IOException {
        return CallsFile.read(folder.resolve("calls.yaml"));
    }

    List<Step> callsThen() throws IOException {
        return CallsFile.read(folder.resolve(THEN).resolve("calls.yaml"));
    }

    /** Whether it is about what is wrong with its input; what it serves beside is that of any other. */
    boolean isAboutProblems() {
        return name.startsWith("problem-");
    }

    /** Copies the input alone: the other files of the scenario are no manifests. */
    Path copyInput(Path to) throws IOException {
        for (Map.Entry<String, String> file : input().entrySet()) {
            Path copy = to.resolve(file.getKey());
            Files.createDirectories(copy.getParent());
            Files.writeString(copy, file.getValue());
        }
        return to;
    }

    /** The whole input: texts by their paths. */
    Map<String, String> input() throws IOException {
        return input(folder);
    }

    /** The files that replace those of the input, by name; empty where it has no such step. */
    Map<String, String> then() throws IOException {
        Path then = folder.resolve(THEN);
        return Files.isDirectory(then) ? input(then) : Map.of();
    }

    private static Map<String, String> input(Path from) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String path = from.relativize(file).toString();
                if (isInput(path)) {
                    texts.put(path, Files.readString(file));
                }
            }
        }
        return texts;
    }

    private static boolean isInput(String path) {
        return path.startsWith("secrets/") || path.startsWith("manifests");
    }

    /** What a scenario folder may hold beside its golden files. */
    boolean isWrittenByHand(Path file) {
        String path = folder.relativize(file).toString();
        String inStep = path.startsWith(THEN + "/") ? path.substring(THEN.length() + 1) : path;
        return path.equals("README.md") || inStep.equals("calls.yaml") || isInput(inStep);
    }

    @Override
    public String toString() {
        return name;
    }
}
