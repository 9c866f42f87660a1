package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.xds.cli.KitsuneCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/** Makes tokens with {@code kitsune token}. */
final class Tokens {
    private Tokens() {}

    /** Requires tokens in the environment of a virtual environment, and makes the key that signs them. */
    static void askedFor(Mesh mesh, String virtualEnvironment) throws Exception {
        mesh.folder()
                .edit(
                        "shop.yaml",
                        "spec: {data:",
                        "spec: {selection: {type: Token, jwks: {secretRef: {name: keys, key: jwks.json}}}, data:");
        run(mesh, virtualEnvironment, "--new-key");
    }

    static String of(Mesh mesh, String virtualEnvironment) {
        return run(mesh, virtualEnvironment, "--for", "1h");
    }

    private static String run(Mesh mesh, String virtualEnvironment, String... more) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> arguments = new ArrayList<>(
                List.of("token", "--dir", mesh.folder().root().toString(), "--env", virtualEnvironment));
        arguments.addAll(List.of(more));
        int code = KitsuneCommand.commandLine("kitsune")
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
        assertThat(code).as(err.toString()).isZero();
        return out.toString().strip();
    }
}
