package dev.kitsune.e2e.scenario;

import dev.kitsune.e2e.scenario.CallsFile.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A scenario shows one behaviour. It is a folder with a sentence ({@code README.md}), the whole input ({@code
 * manifests*.yaml}, {@code secrets/}), the calls, and the expected results of the stages. The files of a folder {@code
 * then} replace those of the input while it is served, and have their own calls and problems.
 */
record Scenario(String name, Path folder) {
    /** The folder is in the sources, so that an update writes the original files. */
    private static final Path ALL = Path.of("src", "test", "resources", "scenarios");

    private static final String THEN = "then";

    /** Selects scenarios by a part of their name, with {@code -Dkitsune.scenario=}. */
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

    /** Whether the scenario is about problems of its input, and its resources show nothing new. */
    boolean isAboutProblems() {
        return name.startsWith("problem-");
    }

    /** Copies only the input, because the other files of the scenario are not manifests. */
    Path copyInput(Path to) throws IOException {
        for (Map.Entry<String, String> file : input().entrySet()) {
            Path copy = to.resolve(file.getKey());
            Files.createDirectories(copy.getParent());
            Files.writeString(copy, file.getValue());
        }
        return to;
    }

    /** Returns the texts of the whole input by path. */
    Map<String, String> input() throws IOException {
        return input(folder);
    }

    /** Returns the files that replace those of the input, by name; empty if there is no second step. */
    Map<String, String> then() throws IOException {
        Path then = folder.resolve(THEN);
        return Files.isDirectory(then) ? input(then) : Map.of();
    }

    /** Returns the text of each object of the input, and of the files that replace it. */
    List<String> documents() throws IOException {
        List<String> documents = new ArrayList<>();
        for (Map<String, String> files : List.of(input(), then())) {
            files.forEach((path, text) -> {
                if (path.startsWith("manifests")) {
                    documents.addAll(Stream.of(text.split("(?m)^---\\s*$"))
                            .filter(document -> !document.isBlank())
                            .toList());
                }
            });
        }
        return documents;
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

    /** Whether a file of a scenario is written by hand, in contrast to golden files. */
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
