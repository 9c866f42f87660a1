package dev.kitsune.e2e.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;

/**
 * The generated files of a scenario. {@code -Dkitsune.golden=update} writes them again. Otherwise a different, missing
 * or obsolete file fails the test.
 */
final class GoldenFiles {
    private static final boolean UPDATE = "update".equals(System.getProperty("kitsune.golden"));

    private GoldenFiles() {}

    /**
     * Compares or updates the files.
     *
     * @param generated the content of each file by its path in the scenario's folder
     */
    static void check(Scenario scenario, Map<String, String> generated) throws IOException {
        Map<String, String> existing = existing(scenario);
        if (UPDATE) {
            update(scenario, existing, generated);
            return;
        }
        SoftAssertions softly = new SoftAssertions();
        softly.assertThat(existing.keySet())
                .as("golden files of %s (update them with -Dkitsune.golden=update and read the difference)", scenario)
                .isEqualTo(generated.keySet());
        generated.forEach((path, content) -> softly.assertThat(existing.getOrDefault(path, ""))
                .as("%s/%s", scenario, path)
                .isEqualTo(content));
        softly.assertAll();
    }

    private static Map<String, String> existing(Scenario scenario) throws IOException {
        Map<String, String> existing = new TreeMap<>();
        try (Stream<Path> files = Files.walk(scenario.folder())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!scenario.isWrittenByHand(file)) {
                    existing.put(scenario.folder().relativize(file).toString(), Files.readString(file));
                }
            }
        }
        return existing;
    }

    private static void update(Scenario scenario, Map<String, String> existing, Map<String, String> generated)
            throws IOException {
        for (String orphan : existing.keySet()) {
            if (!generated.containsKey(orphan)) {
                Files.delete(scenario.folder().resolve(orphan));
            }
        }
        for (Map.Entry<String, String> file : generated.entrySet()) {
            Path path = scenario.folder().resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }
}
