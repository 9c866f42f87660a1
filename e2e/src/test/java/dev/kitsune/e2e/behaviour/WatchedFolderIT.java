package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.behaviour.LiveShop.Visit;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.http.Load;
import dev.kitsune.e2e.mesh.AppStarter;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.e2e.xds.ServeProcess;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.cli.KitsuneCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The served folder is replaced by another one. The change is served, no request is lost, and the history stays.
 */
class WatchedFolderIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Visit TWO = new Visit("Hello", "c2", LiveShop.MAIN.credential());
    private static final Visit ROTATED = Visit.of("Hello", "c2", "rotated");

    /** The manifests of the next folder, which replace the app deployment and release the new one. */
    private static final String SHOP_TWO = LiveShop.MANIFESTS
            .replace("appDeployment: shop-main", "appDeployment: shop-two")
            .replace("metadata: {name: shop-main,", "metadata: {name: shop-two,")
            .replace("cart: {version: c1}", "cart: {version: c2}");

    @TempDir
    private Path temp;

    private final Path envoy = EnvoyBinary.find(System.err::println);
    private final Opened opened = new Opened();
    private Mesh mesh;

    @BeforeEach
    void write() throws Exception {
        mesh = opened.add(LiveShop.mesh(temp));
    }

    @AfterEach
    void stop() throws Exception {
        opened.close();
    }

    private ServeProcess serve(Path folder) throws IOException {
        return ServeProcess.start(
                folder, mesh.ports().next(), mesh.ports().next(), temp.resolve("serve.log"), Map.of());
    }

    private void startBehind(ServeProcess serve) throws Exception {
        mesh.startBehind(serve.xdsPort(), envoy, Scopes.ON_DEMAND, AppStarter.ECHO);
    }

    private void assertServes(Visit visit) {
        LiveShop.awaitVisit(mesh.client(), new VirtualEnvironmentName("main"), visit, PATIENCE);
    }

    private Load load(Visit... allowed) {
        return opened.add(new Load(
                mesh.client(), 2, List.of(LiveShop.check(new VirtualEnvironmentName("main"), () -> Set.of(allowed)))));
    }

    private static void assertNoRequestIsLost(Load load) throws Exception {
        load.awaitMore(100);
        assertThat(load.failures()).isEmpty();
    }

    /** Copies the manifests and secrets of the mesh's own folder, without the state. */
    private Path copy(Path to) throws IOException {
        Path from = mesh.folder().root();
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> !from.relativize(file).startsWith(".kitsune"))
                    .toList()) {
                Path copied = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copied.getParent());
                Files.copy(file, copied);
            }
        }
        return to;
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void link(Path link, Path target) throws IOException {
        Path fresh = link.resolveSibling("t");
        Files.createSymbolicLink(fresh, target);
        Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String kitsune(String... arguments) {
        StringWriter printed = new StringWriter();
        PrintWriter writer = new PrintWriter(printed, true);
        int code = KitsuneCommand.commandLine("kitsune")
                .setOut(writer)
                .setErr(writer)
                .execute(arguments);
        assertThat(code).as(printed.toString()).isZero();
        return printed.toString();
    }

    private static void assertHealthy(ServeProcess serve) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(serve.get("/api/problems")).doesNotContain("EmptyFolder", "UnreadableFile");
            assertThat(serve.get("/readyz")).isEqualTo("200 ready\n");
        });
    }

    @Test
    void aSwappedLinkWithARemovedOldTreeLosesNothing() throws Exception {
        Path git = Files.createDirectories(temp.resolve("git"));
        Path current = git.resolve("current");
        Path first = copy(git.resolve(".w").resolve("a"));
        link(current, Path.of(".w", "a"));
        ServeProcess serve = opened.add(serve(current));
        startBehind(serve);
        assertServes(LiveShop.MAIN);

        Load load = load(LiveShop.MAIN, TWO, ROTATED);
        load.awaitMore(100);
        mesh.folder().write("shop.yaml", SHOP_TWO);
        copy(git.resolve(".w").resolve("b"));
        link(current, Path.of(".w", "b"));
        assertServes(TWO);
        delete(first);
        assertNoRequestIsLost(load);

        mesh.folder().writeSecret("pay", "main", "rotated");
        copy(git.resolve(".w").resolve("c"));
        link(current, Path.of(".w", "c"));
        assertServes(ROTATED);
        assertNoRequestIsLost(load);
        assertHealthy(serve);
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        kitsune("history", "main", "--dir", current.toString()))
                .contains("Active", "Superseded", "shop=shop-two", "shop=shop-main"));
    }

    @Test
    void aReplacedFolderLosesNothing() throws Exception {
        Path folder = mesh.folder().root();
        ServeProcess serve = opened.add(serve(folder));
        startBehind(serve);
        assertServes(LiveShop.MAIN);

        Load load = load(LiveShop.MAIN, TWO, ROTATED);
        load.awaitMore(100);
        Path next = copy(temp.resolve("next"));
        Files.move(folder, temp.resolve("away"));
        Awaitility.await().atMost(PATIENCE).until(() -> serve.get("/api/problems")
                .contains("EmptyFolder"));
        load.awaitMore(500);
        assertThat(folder).doesNotExist();
        Files.move(next, folder);
        mesh.folder().write("shop.yaml", SHOP_TWO);
        assertServes(TWO);
        mesh.folder().writeSecret("pay", "main", "rotated");
        assertServes(ROTATED);

        assertNoRequestIsLost(load);
        assertHealthy(serve);
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        kitsune("history", "main", "--dir", folder.toString()))
                .contains("Active", "Superseded", "shop=shop-two", "shop=shop-main"));
    }

    /** When the state exists, nothing of the folder has been read yet. */
    @Test
    void aFolderThatIsReplacedWhileServeStartsIsServed() throws Exception {
        Path folder = mesh.folder().root();
        Path next = copy(temp.resolve("next"));
        Files.writeString(next.resolve("shop.yaml"), mesh.withRealPorts(SHOP_TWO));
        try (WatchService events = folder.getFileSystem().newWatchService()) {
            folder.register(events, StandardWatchEventKinds.ENTRY_CREATE);
            CompletableFuture<ServeProcess> starting = CompletableFuture.supplyAsync(() -> {
                try {
                    return serve(folder);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNotNull();
            Files.move(folder, temp.resolve("away"));
            Files.move(next, folder);

            ServeProcess serve = opened.add(starting.get());
            startBehind(serve);
            assertServes(TWO);
            assertHealthy(serve);
            Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                            kitsune("history", "main", "--dir", folder.toString()))
                    .contains("Active", "shop=shop-two"));
        }
    }
}
