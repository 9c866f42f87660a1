package dev.kitsune.xds.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.model.release.ReleaseStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the file of last good versions, which has one line for each, with a process that may crash at every step. */
class LastGoodFileTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    private final Map<ObjectKey, Manifest<?>> versions = new HashMap<>();

    private static ObjectKey key(String name) {
        return new ObjectKey(Kind.VirtualEnvironment, "shop", name);
    }

    /** Makes another version of an object the last good one. */
    private ObjectKey write(String name, String spec) {
        Manifest<?> read = ManifestReader.read(
                        name + ".yaml",
                        "apiVersion: kitsune.dev/v1alpha1\nkind: VirtualEnvironment\nmetadata: {name: " + name
                                + ", namespace: shop}\nspec: {" + spec + "}\n")
                .manifests()
                .get(0);
        versions.put(read.key(), read);
        return read.key();
    }

    private StateFolder opened() throws IOException {
        return new StateFolder(folder).open();
    }

    private Map<ObjectKey, Manifest<?>> kept() {
        return new LastGoodFile(new StateFolder(folder)).load();
    }

    private Map<ObjectKey, Optional<Manifest<?>>> told() {
        Map<ObjectKey, Optional<Manifest<?>>> told = new HashMap<>();
        versions.forEach((key, version) -> told.put(key, Optional.of(version)));
        return told;
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(folder.resolve("lastgood.jsonl"));
    }

    @Test
    void anEditAddsALineAndSoDoesADeletion() throws IOException {
        try (StateFolder state = opened()) {
            LastGoodFile file = new LastGoodFile(state);
            Set<ObjectKey> all =
                    Set.of(write("a", "environment: dev"), write("b", "parent: a"), write("c", "parent: a"));
            assertThat(file.keep(versions, all, Set.of())).isEmpty();
            assertThat(lines()).hasSize(3);

            file.keep(versions, Set.of(write("b", "parent: c")), Set.of());
            assertThat(lines()).hasSize(4);
            assertThat(kept()).isEqualTo(versions);

            versions.remove(key("c"));
            file.keep(versions, Set.of(key("c")), Set.of());
            assertThat(lines()).hasSize(5);
            assertThat(kept()).isEqualTo(versions);
        }
    }

    @Test
    void aFileWithManyOutdatedLinesIsWrittenAgain() throws IOException {
        try (StateFolder state = opened()) {
            LastGoodFile file = new LastGoodFile(state);
            for (int i = 0; i < 1_100; i++) {
                file.keep(
                        versions, Set.of(write("a", "environment: dev, data: {variables: {n: v" + i + "}}")), Set.of());
            }
            assertThat(lines()).hasSizeLessThan(200);
            assertThat(kept()).isEqualTo(versions);
        }
    }

    @Test
    void anIncompleteLineOnlyAffectsItself() throws IOException {
        try (StateFolder state = opened()) {
            new LastGoodFile(state)
                    .keep(versions, Set.of(write("a", "environment: dev"), write("b", "parent: a")), Set.of());
        }
        Files.writeString(folder.resolve("lastgood.jsonl"), "{\"key\": \"VirtualEnv", StandardOpenOption.APPEND);
        assertThat(kept()).isEqualTo(versions);

        try (StateFolder state = opened()) {
            new LastGoodFile(state).keep(versions, Set.of(write("b", "parent: c")), Set.of());
        }
        assertThat(kept()).as("the versions that a process writes after it").isEqualTo(versions);
    }

    @Test
    void aCrashAtAnyStepLeavesTheOldOrTheNewState() throws IOException {
        boolean crashed = true;
        int step = 0;
        for (; crashed; step++) {
            write("b", "parent: a");
            Map<ObjectKey, Manifest<?>> old;
            try (StateFolder state = opened()) {
                new LastGoodFile(state).keep(versions, Set.of(write("a", "environment: dev")), Set.of());
                old = Map.copyOf(versions);
            }
            try (StateFolder state = new StateFolder(folder, CrashingDisk.crashingAt(step)).open()) {
                new LastGoodFile(state).keep(versions, Set.of(write("b", "parent: c")), Set.of());
                crashed = false;
            } catch (CrashingDisk.Crash e) {
                crashed = true;
            }
            assertThat(kept()).as("crash at step %s", step).isIn(old, versions);
        }
        assertThat(kept()).isEqualTo(versions);
    }

    @Test
    void aFollowingProcessIsNotified() throws Exception {
        BlockingQueue<Map<ObjectKey, Optional<Manifest<?>>>> heard = new LinkedBlockingQueue<>();
        try (StateFolder state = opened();
                StateFolder reader = new StateFolder(folder)) {
            LastGoodFile file = new LastGoodFile(state);
            file.keep(versions, Set.of(write("a", "environment: dev")), Set.of());
            new LastGoodFile(reader).watch(heard::add); // Before the folder is watched, as at each start.
            reader.watch(new NoListener());
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo(told());

            file.keep(versions, Set.of(write("a", "environment: other")), Set.of());
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo(told());
        }
    }

    /** A listener that ignores releases. */
    private static final class NoListener implements ReleaseStore.Listener {
        @Override
        public void kept(Map<VirtualEnvironmentName, Optional<ReleaseStore.Kept>> changed) {}

        @Override
        public void asked(List<ReleaseRequest> requests) {}
    }
}
