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

/** Releases, rolls back and explains a call with the commands that people use. */
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
        screen.title("A release and its rollback, without a change to the file of a virtual environment");
        mesh.folder().write(Shop.NEXT_FILE, Shop.NEXT_TEXT);
        kitsune("release", "release", "main", "--app", "shop=shop-next", "--wait");
        expect(
                new VirtualEnvironmentName("main"),
                Shop.MAIN_NEXT,
                "main has the new cart, and still its own variables and credential");
        kitsune("rollback", "rollback", "main", "--wait");
        expect(new VirtualEnvironmentName("main"), Shop.MAIN, "main has the old cart again");

        screen.title("Why does frontend's call to cart reach this version in cart-fix?");
        String answer =
                kitsune("explain", "explain", "--env", "cart-fix", "--from", "frontend", "--url", "http://cart/items");
        promises.check(
                answer.contains(Shop.CART_FIX.cart()) && answer.contains("environments.yaml:"),
                "explain",
                "the answer names the version, and the file and line that chose it");
    }

    /** Runs a command and returns its output. An exit code other than 0 is a failed check. */
    private String kitsune(String row, String... arguments) {
        screen.line("  $ kitsune " + String.join(" ", arguments) + " --dir shop");
        List<String> all = new ArrayList<>(List.of(arguments));
        Collections.addAll(all, "--dir", mesh.folder().root().toString());
        StringWriter output = new StringWriter();
        PrintWriter to = new PrintWriter(output);
        int code = KitsuneCommand.commandLine("kitsune")
                .setOut(to)
                .setErr(to)
                .setColorScheme(screen.colours())
                .execute(all.toArray(String[]::new));
        to.flush();
        screen.line(output.toString().indent(4).stripTrailing());
        if (code != 0) {
            promises.broken(row, "kitsune " + arguments[0] + " ended with code " + code);
        }
        return output.toString();
    }

    private void expect(VirtualEnvironmentName virtualEnvironment, Visit promised, String sentence)
            throws InterruptedException {
        boolean came = Patience.await(client, Shop.visit(virtualEnvironment), answer -> Visit.of(answer)
                        .equals(promised))
                .isPresent();
        promises.check(came, virtualEnvironment.value(), came ? sentence : "did not become " + promised);
    }
}
