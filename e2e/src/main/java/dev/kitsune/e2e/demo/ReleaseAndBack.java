package dev.kitsune.e2e.demo;

import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.cli.KitsuneCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A release, its rollback, and why a call goes where it goes: by the commands that people use. */
final class ReleaseAndBack {
    private final Mesh mesh;
    private final Screen screen;
    private final Promises promises;
    private final GatewayClient client;

    ReleaseAndBack(Mesh mesh, Screen screen, Promises promises) {
        this.mesh = mesh;
        this.screen = screen;
        this.promises = promises;
        this.client = mesh.client();
    }

    void run() throws IOException, InterruptedException {
        screen.title("A release, and back: no file of a virtual environment is touched");
        mesh.folder().write(Shop.NEXT_FILE, Shop.NEXT_TEXT);
        kitsune("release", "release", "main", "--app", "shop=shop-next", "--wait");
        meets(
                new VirtualEnvironmentName("main"),
                Shop.MAIN_NEXT,
                "main has the new cart, and still its own variables and credential");
        kitsune("rollback", "rollback", "main", "--wait");
        meets(new VirtualEnvironmentName("main"), Shop.MAIN, "main is what it was");

        screen.title("Why does the call of frontend to cart go there, in cart-fix?");
        String answer =
                kitsune("explain", "explain", "--env", "cart-fix", "--from", "frontend", "--url", "http://cart/items");
        promises.check(
                answer.contains(Shop.CART_FIX.cart()) && answer.contains("environments.yaml:"),
                "explain",
                "it names the version, and the file and line that chose it");
    }

    /** Gives what the command says; an exit code other than 0 breaks the promise. */
    private String kitsune(String row, String... arguments) {
        screen.line("  $ kitsune " + String.join(" ", arguments) + " --dir shop");
        List<String> all = new ArrayList<>(List.of(arguments));
        Collections.addAll(all, "--dir", mesh.folder().root().toString());
        StringWriter said = new StringWriter();
        PrintWriter to = new PrintWriter(said);
        int code = KitsuneCommand.commandLine("kitsune")
                .setOut(to)
                .setErr(to)
                .setColorScheme(screen.colours())
                .execute(all.toArray(String[]::new));
        to.flush();
        screen.line(said.toString().indent(4).stripTrailing());
        if (code != 0) {
            promises.broken(row, "kitsune " + arguments[0] + " ended with " + code);
        }
        return said.toString();
    }

    private void meets(VirtualEnvironmentName virtualEnvironment, Visit promised, String sentence)
            throws InterruptedException {
        boolean came = Patience.await(client, Shop.visit(virtualEnvironment), answer -> Visit.of(answer)
                        .equals(promised))
                .isPresent();
        promises.check(came, virtualEnvironment.value(), came ? sentence : "did not become " + promised);
    }
}
