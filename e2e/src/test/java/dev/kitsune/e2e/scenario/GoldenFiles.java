package dev.kitsune.e2e.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;

/**
 * The generated files of a scenario. {@code -Dkitsune.golden=update} writes them anew; otherwise a difference, a missing
 * file and one that nothing generates any more fail.
 */
final class GoldenFiles {
    private static final boolean UPDATE = "update".equals(System.getProperty("kitsune.golden"));

    private GoldenFiles() {}

    /**
     * Compares, or updates.
     *
     * @param generated path in the scenario's folder to content
     */
    static void check(Scenario scenario, Map<String, String> generated) throws IOException {
        Map<String, String> there = there(scenario);
        if (UPDATE) {
            update(scenario, there, generated);
            return;
        }
        SoftAssertions softly = new SoftAssertions();
        softly.assertThat(there.keySet())
                .as("golden files of %s (update them with -Dkitsune.golden=update and read the difference)", scenario)
                .isEqualTo(generated.keySet());
        generated.forEach((path, content) -> softly.assertThat(there.getOrDefault(path, ""))
                .as("%s/%s", scenario, path)
                .isEqualTo(content));
        softly.assertAll();
    }

    private static Map<String, String> there(Scenario scenario) throws IOException {
        Map<String, String> there = new TreeMap<>();
        try (Stream<Path> files = Files.walk(scenario.folder())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!scenario.isWrittenByHand(file)) {
                    there.put(scenario.folder().relativize(file).toString(), Files.readString(file));
                }
            }
        }
        return there;
    }

    private static void update(Scenario scenario, Map<String, String> there, Map<String, String> generated)
            throws IOException {
        for (String orphan : there.keySet()) {
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
