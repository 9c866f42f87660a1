package dev.kitsune.xds.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kitsune.model.manifest.Adapter;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.AppProtocol;
import dev.kitsune.model.manifest.Dependency;
import dev.kitsune.model.manifest.Dependency.DependencyType;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.PodTemplate;
import dev.kitsune.model.manifest.SecretDeclaration;
import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.manifest.Value.ValueType;
import dev.kitsune.model.manifest.VariableDeclaration;
import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.manifest.VirtualEnvironment.ReleasedApp;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.release.ReleaseEntry;
import dev.kitsune.model.release.ReleaseEntry.ReleaseSource;
import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.release.ReleaseStore;
import dev.kitsune.model.release.ReleaseStore.Kept;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.Overlay;
import dev.kitsune.model.snapshot.ReleaseManifest;
import dev.kitsune.model.snapshot.ReleaseManifest.Reference;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment.ResolvedComponent;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the state of releases, with a process that may crash before and after every step. */
class StateFolderTest {
    private static final VirtualEnvironmentName MAIN = new VirtualEnvironmentName("main");
    private static final VirtualEnvironmentName OTHER = new VirtualEnvironmentName("other");
    private static final VirtualEnvironmentName A = new VirtualEnvironmentName("a");
    private static final VirtualEnvironmentName B = new VirtualEnvironmentName("b");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path temp;

    private static ReleaseStatus status(int id, @Nullable ReleaseManifest frozen) {
        Release wanted = new Release(Map.of("shop", new ReleasedApp("shop-" + id, "1.0")), "again");
        ReleaseEntry entry = new ReleaseEntry(
                id,
                wanted,
                ReleaseSource.Command,
                ReleaseEntry.Phase.Active,
                new ReleaseEntry.ReleaseTimes(Instant.EPOCH, null, Instant.EPOCH.plusSeconds(1), null),
                List.of("main.yaml:1:1 warning NoWorkload"),
                frozen);
        return new ReleaseStatus(wanted, "request-" + id, id, entry, null, List.of(entry), false);
    }

    private static ReleaseManifest frozen() {
        ObjectKey main = new ObjectKey(Kind.VirtualEnvironment, "shop", "main");
        ObjectKey deployment = new ObjectKey(Kind.AppDeployment, "shop", "shop-1");
        ComponentVersion cart = new ComponentVersion("shop", "cart", "c.1");
        Map<String, VariableDeclaration> variables =
                Map.of("n", new VariableDeclaration(ValueType.Number, true, new Value.Numeric("1.10")));
        Map<String, SecretDeclaration> secrets = Map.of("pin", new SecretDeclaration(true));
        Map<String, Dependency> dependencies = Map.of(
                "stripe",
                new Dependency(
                        DependencyType.Adapter,
                        Duration.ofSeconds(5),
                        new Dependency.Retries(2, List.of("503")),
                        null));
        Origin origin = new Origin(main, "spec.components.cart");
        return new ReleaseManifest(
                "prod",
                Map.of("shop", new ResolvedVirtualEnvironment.ResolvedApp("shop", "shop-1", origin)),
                Map.of(
                        deployment,
                        new AppDeployment(
                                "shop",
                                "1.0",
                                Map.of(
                                        "cart",
                                        new AppDeployment.Component(
                                                "c.1",
                                                List.of(new AppDeployment.Route("Host(`a`)", 3)),
                                                variables,
                                                secrets,
                                                dependencies,
                                                AppProtocol.H2C,
                                                new PodTemplate("{\"spec\":{\"containers\":[]}}"))))),
                Map.of(
                        new ObjectKey(Kind.Adapter, "shop", "stripe"),
                        new Adapter(new Adapter.Http(
                                "https://{{.Vars.h}}",
                                Map.of("q", "1"),
                                Map.of("Authorization", "Bearer {{.Secrets.k}}"),
                                Adapter.FollowRedirects.Never,
                                Adapter.ContextHandling.Strip,
                                Duration.ofSeconds(4),
                                new Adapter.Tls(null, "{{.Secrets.ca}}", "stripe", List.of("h2"), false))),
                        new ObjectKey(Kind.Adapter, "shop", "db"),
                        new Adapter(new Adapter.Tcp("{{.Vars.h}}:5432", 15432, null))),
                new ReleaseManifest.FrozenOverlay(
                        Map.of(new ComponentName("shop", "cart"), new ResolvedComponent(cart, origin)),
                        Map.of(
                                cart,
                                new Declaration("shop", variables, secrets, dependencies, AppProtocol.H2C, origin)),
                        Map.of(
                                "list",
                                new Overlay.OverlayVariable(
                                        new Value.Array(List.of(new Value.Text("a"), new Value.Text("b"))), origin),
                                "flag",
                                new Overlay.OverlayVariable(new Value.Bool(true), origin)),
                        Map.of("k", new Reference(new SecretLocation(new SecretId("", "stripe"), "token"), origin))));
    }

    private static ReleaseStore.KeepOutcome keep(
            StateFolder folder, VirtualEnvironmentName name, @Nullable ReleaseStatus status) {
        Kept known = folder.load().get(name);
        return folder.keep(name, status, known == null ? null : known.version());
    }

    private static void keepAll(Path root, Map<VirtualEnvironmentName, ReleaseStatus> all) throws IOException {
        try (StateFolder folder = new StateFolder(root).open()) {
            all.forEach((name, status) ->
                    assertThat(keep(folder, name, status)).isInstanceOf(ReleaseStore.KeepOutcome.Done.class));
        }
    }

    @Test
    void theStoredStateIsReadCompletely() throws IOException {
        Map<VirtualEnvironmentName, ReleaseStatus> all = Map.of(MAIN, status(1, frozen()), OTHER, status(2, null));
        keepAll(temp, all);
        StateFolder next = new StateFolder(temp);

        assertThat(next.statuses()).isEqualTo(all);
        assertThat(next.problems()).isEmpty();
    }

    @Test
    void aCrashAtAnyStepLeavesTheOldOrTheNewStatus() throws IOException {
        int news = 0;
        int step = 0;
        boolean crashed = true;
        for (; crashed; step++) {
            Path root = temp.resolve(Integer.toString(step));
            keepAll(root, Map.of(A, status(1, null), B, status(2, null)));
            try (StateFolder crashing = new StateFolder(root, CrashingDisk.crashingAt(step)).open()) {
                keep(crashing, A, status(4, null));
                keep(crashing, B, null);
                crashed = false;
            } catch (CrashingDisk.Crash e) {
                crashed = true;
            }
            StateFolder next = new StateFolder(root);
            Map<VirtualEnvironmentName, ReleaseStatus> found = next.statuses();
            assertThat(found.get(A)).as("crash at step %s", step).isIn(status(1, null), status(4, null));
            assertThat(found.get(B)).as("crash at step %s", step).isIn(status(2, null), null);
            assertThat(next.problems()).isEmpty();
            news += status(4, null).equals(found.get(A)) ? 1 : 0;
        }
        assertThat(step).isGreaterThan(8);
        assertThat(news).isBetween(2, step - 2);
    }

    @Test
    void anIncompleteWriteOfAnEarlierKitsuneIsCompleted() throws IOException {
        keepAll(temp, Map.of(A, status(1, null), B, status(2, null)));
        Map<VirtualEnvironmentName, @Nullable ReleaseStatus> half = new TreeMap<>();
        half.put(A, status(4, null));
        half.put(B, null);
        Files.write(temp.resolve("journal.json"), StateJson.of(half));

        assertThat(new StateFolder(temp).statuses()).isEqualTo(Map.of(A, status(4, null)));
        new StateFolder(temp).open().close();
        assertThat(temp.resolve("journal.json")).doesNotExist();
        assertThat(new StateFolder(temp).statuses()).isEqualTo(Map.of(A, status(4, null)));
    }

    @Test
    void aStatusThatAnotherProcessStoredIsNotOverwritten() throws IOException {
        keepAll(temp, Map.of(MAIN, status(1, null)));
        try (StateFolder folder = new StateFolder(temp).open()) {
            ReleaseStore.KeepOutcome outcome = folder.keep(MAIN, status(2, null), "another version");

            assertThat(outcome).isInstanceOfSatisfying(ReleaseStore.KeepOutcome.Conflict.class, conflict -> assertThat(
                            conflict.now())
                    .isEqualTo(folder.load().get(MAIN)));
            assertThat(folder.statuses()).containsEntry(MAIN, status(1, null));
        }
    }

    @Test
    void aStatusThatCannotBeStoredDoesNotAffectOthers() throws IOException {
        Files.createDirectories(temp.resolve("releases").resolve("main.json").resolve("in-the-way"));
        try (StateFolder folder = new StateFolder(temp).open()) {
            assertThat(keep(folder, MAIN, status(1, null))).isInstanceOf(ReleaseStore.KeepOutcome.Refused.class);
            assertThat(keep(folder, OTHER, status(2, null))).isInstanceOf(ReleaseStore.KeepOutcome.Done.class);
        }
    }

    @Test
    void aDeletedFolderIsWrittenAgainFromMemory() throws IOException {
        try (StateFolder folder = new StateFolder(temp.resolve("state")).open()) {
            keep(folder, MAIN, status(1, frozen()));
            Files.move(temp.resolve("state"), temp.resolve("away"));

            assertThat(folder.keep(OTHER, status(2, null), null)).isInstanceOf(ReleaseStore.KeepOutcome.Done.class);

            assertThat(new StateFolder(temp.resolve("state")).statuses())
                    .isEqualTo(Map.of(MAIN, status(1, frozen()), OTHER, status(2, null)));
            try (StateFolder second = new StateFolder(temp.resolve("state"))) {
                assertThatThrownBy(second::open).isInstanceOf(IOException.class);
            }
        }
    }

    /** Otherwise another folder could not be moved to its path. */
    @Test
    void theParentFolderOfTheStateIsNotCreatedAgain() throws IOException {
        Path served = Files.createDirectory(temp.resolve("served"));
        try (StateFolder folder = new StateFolder(StateFolder.of(served)).open(served)) {
            keep(folder, MAIN, status(1, null));
            Files.move(served, temp.resolve("away"));
            assertThat(folder.keep(OTHER, status(2, null), null)).isInstanceOf(ReleaseStore.KeepOutcome.Refused.class);

            Files.move(Files.createDirectory(temp.resolve("next")), served);
            assertThat(folder.keep(OTHER, status(2, null), null)).isInstanceOf(ReleaseStore.KeepOutcome.Done.class);
            assertThat(new StateFolder(StateFolder.of(served)).statuses()).containsOnlyKeys(MAIN, OTHER);
        }
    }

    @Test
    void theStateMayBeDeepInTheServedFolder() throws IOException {
        try (StateFolder folder = new StateFolder(temp.resolve("deep").resolve("er")).open(temp)) {
            assertThat(keep(folder, MAIN, status(1, null))).isInstanceOf(ReleaseStore.KeepOutcome.Done.class);
        }
        try (StateFolder missing = new StateFolder(StateFolder.of(temp.resolve("none")))) {
            assertThatThrownBy(() -> missing.open(temp.resolve("none"))).isInstanceOf(IOException.class);
        }
        assertThat(temp.resolve("none")).doesNotExist();
    }

    @Test
    void aNewFolderStartsWithTheStateOfAnother() throws IOException {
        Path served = Files.createDirectory(temp.resolve("served"));
        Path one = StateFolder.of(served);
        keepAll(one, Map.of(MAIN, status(1, frozen())));
        try (StateFolder other = new StateFolder(temp.resolve("two")).open(served)) {
            assertThat(other.statuses()).isEqualTo(Map.of(MAIN, status(1, frozen())));
            keep(other, MAIN, status(2, null));
        }
        assertThat(new StateFolder(one).statuses()).isEqualTo(Map.of(MAIN, status(1, frozen())));
        try (StateFolder again = new StateFolder(temp.resolve("two")).open(served)) {
            assertThat(again.statuses()).isEqualTo(Map.of(MAIN, status(2, null)));
        }
    }

    @Test
    void anUnreadableFileIsAProblemAndIsSetAside() throws IOException {
        keepAll(temp, Map.of(MAIN, status(1, null)));
        Path file = temp.resolve("releases").resolve("main.json");
        for (String bad :
                List.of("{", "{\"version\": 2}", "{\"version\": 1, \"environments\": {\"main\": {\"colour\": 1}}}")) {
            Files.writeString(file, bad);
            try (StateFolder next = new StateFolder(temp).open()) {
                assertThat(next.load()).isEmpty();
                assertThat(next.problems()).singleElement().satisfies(p -> {
                    assertThat(p.code()).isEqualTo(ProblemCode.UnreadableFile);
                    assertThat(p.position().file()).isEqualTo(file.toString());
                });

                assertThat(next.keep(MAIN, status(2, null), null)).isInstanceOf(ReleaseStore.KeepOutcome.Done.class);
                keep(next, MAIN, status(3, null));
                assertThat(file.resolveSibling("main.json.unreadable")).hasContent(bad);
                assertThat(next.statuses()).containsOnlyKeys(MAIN);
            }
        }
    }

    @Test
    void aRequestIsTakenOnceAndTheNewestOfAVirtualEnvironmentCounts() throws IOException {
        StateFolder folder = new StateFolder(temp);
        ReleaseRequest first = new ReleaseRequest.Back("1", MAIN, null);
        ReleaseRequest second = new ReleaseRequest.Start("2", MAIN, new Release(Map.of(), null));
        folder.ask(first);
        folder.ask(second);
        assertThat(folder.requests()).containsExactly(second);

        folder.taken(List.of(first));
        assertThat(folder.requests()).containsExactly(second);
        folder.taken(List.of(second));
        assertThat(folder.requests()).isEmpty();
    }

    @Test
    void oneProcessServesFromItAtATime() throws IOException {
        try (StateFolder folder = new StateFolder(temp).open();
                StateFolder other = new StateFolder(temp)) {
            assertThat(folder.load()).isEmpty();
            assertThatThrownBy(other::open).isInstanceOf(IOException.class);
        }
    }
}
