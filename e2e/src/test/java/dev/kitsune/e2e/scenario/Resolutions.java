package dev.kitsune.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.resolve.CatalogChange;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.resolve.Resolver;
import dev.kitsune.xds.folder.FolderSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a scenario's second step resolves to: a served folder remembers what a folder that is read once does not. */
final class Resolutions {
    private Resolutions() {}

    /** {@code folder}: an empty one to work in */
    static Resolution then(Scenario scenario, Path folder) throws Exception {
        Path served = scenario.copyInput(folder.resolve("served"));
        BlockingQueue<CatalogChange> changes = new LinkedBlockingQueue<>();
        try (FolderSource source = new FolderSource(served, changes::add)) {
            source.start();
            Resolution first = Resolver.resolve(changes.take());
            for (Map.Entry<String, String> file : scenario.then().entrySet()) {
                Path fresh = Files.writeString(folder.resolve("fresh"), file.getValue());
                Files.move(fresh, served.resolve(file.getKey()), StandardCopyOption.ATOMIC_MOVE);
            }
            CatalogChange then = changes.poll(20, TimeUnit.SECONDS);
            assertThat(then).as("the change of " + scenario).isNotNull();
            return Resolver.resolve(first, then);
        }
    }
}
