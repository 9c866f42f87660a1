package dev.kitsune.model.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.index.AdapterTemplates;
import dev.kitsune.model.manifest.Adapter;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.read.ReadResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AdaptersPageTest {
    private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    @Test
    void everyExampleOfTheDocumentationIsRead() throws IOException {
        // Tests run in their module's folder.
        String page = Files.readString(Path.of("..", "docs", "adapters.md"));
        List<Class<?>> targets = new ArrayList<>();
        for (MatchResult block : BLOCK.matcher(page).results().toList()) {
            ReadResult read = ManifestReader.read("adapters.md", block.group(1));
            assertThat(read.problems()).as(block.group(1)).isEmpty();
            for (Manifest<?> manifest : read.manifests()) {
                if (manifest.spec() instanceof Adapter adapter) {
                    assertThat(AdapterTemplates.of(manifest.key(), adapter).flaws())
                            .as(block.group(1))
                            .isEmpty();
                    targets.add(adapter.target().getClass());
                }
            }
        }
        assertThat(targets)
                .containsExactlyInAnyOrder(
                        Adapter.Http.class, Adapter.Grpc.class, Adapter.Tcp.class, Adapter.Tcp.class);
    }
}
