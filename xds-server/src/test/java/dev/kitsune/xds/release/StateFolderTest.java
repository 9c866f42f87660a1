package dev.kitsune.xds.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kitsune.model.manifest.Adapter;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.AppProtocol;
import dev.kitsune.model.manifest.Dependency;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.SecretDeclaration;
import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.manifest.VariableDeclaration;
import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.manifest.VirtualEnvironment.ReleasedApp;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.release.ReleaseEntry;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.release.Request;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.Overlay.Variable;
import dev.kitsune.model.snapshot.ReleaseManifest;
import dev.kitsune.model.snapshot.ReleaseManifest.Reference;
import dev.kitsune.model.snapshot.ResolvedEnvironment;
import dev.kitsune.model.snapshot.ResolvedEnvironment.ResolvedComponent;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The state of releases on a disk from which the process may be gone before and after every step. */
class StateFolderTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path temp;

    private static ReleaseStatus status(int id, @Nullable ReleaseManifest frozen) {
        Release wanted = new Release(Map.of("shop", new ReleasedApp("shop-" + id, "1.0")), "again");
        ReleaseEntry entry = new ReleaseEntry(
                id,
                wanted,
                ReleaseEntry.Source.Command,
                ReleaseEntry.Phase.Active,
                Instant.EPOCH,
                null,
                Instant.EPOCH.plusSeconds(1),
                null,
                List.of("main.yaml:1:1 warning NoWorkload"),
                frozen);
        return new ReleaseStatus(wanted, "request-" + id, id, entry, null, List.of(entry), false);
    }

    private static ReleaseManifest frozen() {
        ObjectKey main = new ObjectKey(Kind.VirtualEnvironment, "shop", "main");
        ObjectKey deployment = new ObjectKey(Kind.AppDeployment, "shop", "shop-1");
        ComponentVersion cart = new ComponentVersion("shop", "cart", "c.1");
        Map<String, VariableDeclaration> variables =
                Map.of("n", new VariableDeclaration(Value.Type.Number, true, new Value.Numeric("1.10")));
        Map<String, SecretDeclaration> secrets = Map.of("pin", new SecretDeclaration(true));
        Map<String, Dependency> dependencies = Map.of(
                "stripe",
                new Dependency(
                        Dependency.Type.Adapter,
                        Duration.ofSeconds(5),
                        new Dependency.Retries(2, List.of("503")),
                        null));
        Origin origin = new Origin(main, "spec.components.cart");
        return new ReleaseManifest(
                "prod",
                Map.of("shop", new ResolvedEnvironment.ReleasedApp("shop", "shop-1", origin)),
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
                                                AppProtocol.H2C)))),
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
                Map.of(new ComponentName("shop", "cart"), new ResolvedComponent(cart, origin)),
                Map.of(cart, new Declaration("shop", variables, secrets, dependencies, AppProtocol.H2C, origin)),
                Map.of(
                        "list",
                        new Variable(new Value.Array(List.of(new Value.Text("a"), new Value.Text("b"))), origin),
                        "flag",
                        new Variable(new Value.Bool(true), origin)),
                Map.of("k", new Reference(new SecretLocation(new SecretId("", "stripe"), "token"), origin)));
    }

    @Test
    void whatIsKeptIsFoundAgainWhole() throws IOException {
        Map<String, ReleaseStatus> all = Map.of("main", status(1, frozen()), "other", status(2, null));
        try (StateFolder folder = new StateFolder(temp).open()) {
            folder.keep(Set.of("main", "other"), all);
        }
        StateFolder next = new StateFolder(temp);

        assertThat(next.load()).isEqualTo(all);
        assertThat(next.problems()).isEmpty();
    }

    @Test
    void goneAtAnyStepThereIsTheOldOrTheNewStateAndNoMixture() throws IOException {
        Map<String, ReleaseStatus> old =
                new TreeMap<>(Map.of("a", status(1, null), "b", status(2, null), "c", status(3, null)));
        Map<String, ReleaseStatus> now =
                new TreeMap<>(Map.of("a", status(4, null), "b", status(5, null), "d", status(6, null)));
        int news = 0;
        int step = 0;
        boolean crashed = true;
        for (; crashed; step++) {
            Path root = temp.resolve(Integer.toString(step));
            try (StateFolder folder = new StateFolder(root).open()) {
                folder.keep(old.keySet(), old);
            }
            StateFolder crashing = new StateFolder(root, CrashingDisk.gone(step));
            assertThat(crashing.load()).isEqualTo(old);
            try {
                crashing.keep(Set.of("a", "b", "c", "d"), now);
                crashed = false;
            } catch (CrashingDisk.Gone e) {
                crashed = true;
            }
            StateFolder next = new StateFolder(root);
            Map<String, ReleaseStatus> found = next.load();
            assertThat(found).as("gone at step %s", step).isIn(old, now);
            assertThat(next.problems()).isEmpty();
            news += found.equals(now) ? 1 : 0;

            // What was left half done is completed by whatever is kept next.
            next.keep(Set.of("a"), found);
            assertThat(new StateFolder(root).load()).isEqualTo(found);
        }
        assertThat(step).isGreaterThan(20);
        assertThat(news).isBetween(2, step - 2);
    }

    @Test
    void whatCannotBeUnderstoodIsAProblemAndIsSetAside() throws IOException {
        try (StateFolder folder = new StateFolder(temp).open()) {
            folder.keep(Set.of("main"), Map.of("main", status(1, null)));
        }
        Path file = temp.resolve("releases").resolve("main.json");
        for (String bad :
                List.of("{", "{\"version\": 2}", "{\"version\": 1, \"environments\": {\"main\": {\"colour\": 1}}}")) {
            Files.writeString(file, bad);
            StateFolder next = new StateFolder(temp);

            assertThat(next.load()).isEmpty();
            assertThat(next.problems()).singleElement().satisfies(p -> {
                assertThat(p.code()).isEqualTo(ProblemCode.UnreadableFile);
                assertThat(p.position().file()).isEqualTo(file.toString());
            });

            next.keep(Set.of("main"), Map.of("main", status(2, null)));
            next.keep(Set.of("main"), Map.of("main", status(3, null)));
            assertThat(file.resolveSibling("main.json.unreadable")).hasContent(bad);
            assertThat(new StateFolder(temp).load()).containsOnlyKeys("main");
        }
    }

    @Test
    void aRequestIsTakenOnceAndTheNewestOfAnEnvironmentCounts() throws IOException {
        StateFolder folder = new StateFolder(temp);
        Request first = new Request.Back("1", "main", null);
        Request second = new Request.Start("2", "main", new Release(Map.of(), null));
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
