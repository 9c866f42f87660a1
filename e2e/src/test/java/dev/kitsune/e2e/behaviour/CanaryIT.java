package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.e2e.app.Credential;
import dev.kitsune.e2e.app.PaymentApi;
import dev.kitsune.e2e.datastore.Authority;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.xds.ServeProcess;
import dev.kitsune.xds.cli.KitsuneCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kitsune's own credentials, and the secrets of a folder, are in nothing that any command prints, and in nothing that a
 * secured control plane writes at its most verbose level, whatever is broken.
 */
class CanaryIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String KEY = "k\"ey %41+c\\d'&{h8Lw2Qa5RmXs7}=/";
    private static final String PASSWORD = "50% \"pa+ss\" t9VkYb3ZcN6JdE";
    private static final String LINES = "first\nv7UcM4tQz0FgHr3";
    private static final String FORGED = "eyJhbGciOiJFUzI1NiJ9.forgedK3nB8xWq2LpTz.sigR5vYm9CdHj4";
    private static final String BROKEN = "brokenW6zXk1PqVn8Gs";

    @TempDir
    Path temp;

    private final Leaks leaks = new Leaks()
            .secret("key", KEY)
            .secret("password", PASSWORD)
            .secret("secret of two lines", LINES)
            .secret("forged token", FORGED)
            .secret("broken file", BROKEN);

    private final Map<String, String> places = new TreeMap<>();
    private final LoopbackPorts ports = new LoopbackPorts();
    private final List<EnvoyProcess> envoys = new ArrayList<>();
    private final PaymentApi api = new PaymentApi("bank", 0);
    private Path folder;
    private Path tls;

    private record Ended(int code, String out, String err) {}

    @BeforeEach
    void write() throws IOException {
        folder = LiveShop.write(Files.createDirectory(temp.resolve("in")));
        secret("pay", "main", KEY);
        secret("pay", "password", PASSWORD);
        secret("pay", "lines", "one line");
        Authority.Issued issued = new Authority("kitsune test").issue("shop");
        secret("pair", "tls.crt", issued.certificate());
        secret("pair", "tls.key", issued.key());
        leaks.secret("key of a client", issued.key());
        Path shop = folder.resolve("shop.yaml");
        Files.writeString(
                shop,
                Files.readString(shop)
                                .replace(
                                        "secretRef: {name: pay, key: main}}",
                                        "secretRef: {name: pay, key: main}}, lines: {secretRef: {name: pay, key: lines}},"
                                                + " password: {secretRef: {name: pay, key: password}},"
                                                + " pair: {secretRef: {name: pair}}")
                                .replace("127.0.0.1:19701", "127.0.0.1:" + api.port())
                                .replace(
                                        "payments: {type: Adapter}}",
                                        "payments: {type: Adapter}, bank: {type: Adapter}, ledger: {type: Adapter}}")
                        + """
                        ---
                        apiVersion: kitsune.dev/v1alpha1
                        kind: Environment
                        metadata: {name: live}
                        spec: {selection: {type: Token, jwks: {secretRef: {name: tokens}}}}
                        ---
                        apiVersion: kitsune.dev/v1alpha1
                        kind: VirtualEnvironment
                        metadata: {name: night, namespace: shop}
                        spec: {environment: live, release: {apps: {shop: {appDeployment: shop-main}}}}
                        ---
                        apiVersion: kitsune.dev/v1alpha1
                        kind: Adapter
                        metadata: {name: bank, namespace: shop}
                        spec: {tcp: {address: "127.0.0.1:1", tls: {clientCertificate: "{{.Secrets.pair}}", insecureSkipVerify: true}}}
                        ---
                        apiVersion: kitsune.dev/v1alpha1
                        kind: Adapter
                        metadata: {name: ledger, namespace: shop}
                        spec: {http: {url: "http://127.0.0.1:%d", headers: {Authorization: 'Basic {{base64 "shop:" .Secrets.password}}', x: "{{.Secrets.lines}}"}}}
                        """.formatted(api.port()));
        tls = temp.resolve("tls");
        run("certs", "--out", tls.toString());
        key("ca.key");
        key("server.key");
        jwk("key of tokens of proxies", tls.resolve("tokens.jwk"));
    }

    @AfterEach
    void stop() {
        envoys.forEach(EnvoyProcess::close);
        api.close();
        ports.close();
    }

    @Test
    void noCredentialIsInAnythingThatAnOperatorCanRead() throws Exception {
        Path gateway = token("gateway", "--role", "gateway");
        Path frontend =
                token("frontend", "--role", "sidecar", "--app", "shop", "--component", "frontend", "--version", "f1");
        Path forger = token("forger", "--role", "gateway");
        Files.writeString(forger.resolve("token"), FORGED);
        Ended user = run("token", "--dir", folder.toString(), "--env", "night", "--new-key");
        assertThat(user.code()).as(user.err()).isZero();
        places.put("kitsune token of a user", user.err());
        leaks.token("token of a user", user.out().strip());
        jwk(
                "key of tokens of users",
                folder.resolve(".kitsune").resolve("token-keys").resolve("tokens.jwk"));
        int xds = ports.next();
        int http = ports.next();
        int outbound = ports.next();
        try (ServeProcess serve = ServeProcess.start(
                folder,
                xds,
                http,
                temp.resolve("serve.log"),
                Map.of("KITSUNE_LOG", "TRACE"),
                "--tls",
                tls.toString())) {
            envoy("gateway", xds, gateway, "--role", "gateway", "--scopes", "eager", "--listen-port", "" + ports.next())
                    .awaitReady(PATIENCE);
            envoy(
                            "frontend",
                            xds,
                            frontend,
                            "--role",
                            "sidecar",
                            "--app",
                            "shop",
                            "--component",
                            "frontend",
                            "--version",
                            "f1",
                            "--scopes",
                            "eager",
                            "--inbound-port",
                            "" + ports.next(),
                            "--outbound-port",
                            "" + outbound,
                            "--app-port",
                            "" + ports.next())
                    .awaitReady(PATIENCE);
            EnvoyProcess refused =
                    envoy("forger", xds, forger, "--role", "gateway", "--listen-port", "" + ports.next());
            Awaitility.await("the forged token is refused")
                    .ignoreExceptions()
                    .atMost(PATIENCE)
                    .until(() -> refused.admin().sum("^cluster.kitsune-xds.upstream_rq_total$") > 0);
            Awaitility.await("the frontend has its endpoints")
                    .atMost(PATIENCE)
                    .until(() -> serve.get("/api/resources/endpoint").contains("component/"));
            assertThat(credential(outbound, "payments")).isEqualTo(Credential.shorten("Bearer " + KEY));
            assertThat(credential(outbound, "ledger")).startsWith("Basic ");
            // A problem from the start would keep the release waiting.
            secret("pay", "lines", LINES);
            Awaitility.await("the secret of two lines is named")
                    .atMost(PATIENCE)
                    .until(() -> serve.log().contains("MissingSecret"));
            commands(http);
            for (EnvoyProcess envoy : envoys) {
                Views.of(envoy, places);
            }
            Views.of(serve, places);
            assertThat(serve.terminate(PATIENCE)).isZero();
            places.put("serve's log", serve.log());
        }
        assertThat(places.get("serve's log")).as("it is verbose").contains("DEBUG FolderSource: no longer following");
        for (EnvoyProcess envoy : envoys) {
            assertThat(envoy.log()).as("it is verbose").contains("[trace][http]", "[debug][config]");
        }
        for (Path written : List.of(folder.resolve(".kitsune"), temp.resolve("envoys"), gateway, frontend)) {
            files(written);
        }
        assertThat(places.get("kitsune check -o text")).contains("MissingSecret");
        assertNoLeaks();
    }

    /** Makes a call by which the frontend's sidecar sends a credential, and returns how it arrived. */
    private static String credential(int outbound, String adapter) throws Exception {
        return new GatewayClient(outbound, PATIENCE)
                .send(Call.get("http://" + adapter + "/").with("kitsune-env", "main"))
                .credential();
    }

    @Test
    void faultsOfCredentialsAreNamedWithoutThem() throws Exception {
        for (String file : List.of("ca.key", "server.key", "tokens.jwk", "tokens.jwks", "ca.crt", "server.crt")) {
            for (String text : List.of(
                    BROKEN,
                    "{\"kty\": \"EC\", \"d\": \"" + BROKEN + "\"}",
                    "-----BEGIN PRIVATE KEY-----\n" + BROKEN + "\n-----END PRIVATE KEY-----\n")) {
                String sound = Files.readString(tls.resolve(file));
                Files.writeString(tls.resolve(file), text);
                String what = file + " is " + text.substring(0, 8);
                failing(what, "certs", "--out", tls.toString());
                failing(
                        what,
                        "certs",
                        "--proxy",
                        "--tls",
                        tls.toString(),
                        "--role",
                        "gateway",
                        "--out",
                        "" + temp.resolve("c"));
                failing(
                        what,
                        "token",
                        "--proxy",
                        "--tls",
                        tls.toString(),
                        "--role",
                        "gateway",
                        "--out",
                        "" + temp.resolve("t"));
                Files.writeString(tls.resolve(file), sound);
            }
        }
        for (String file : List.of("server.key", "tokens.jwks")) {
            Path broken = temp.resolve("broken " + file);
            run("certs", "--out", broken.toString());
            Files.writeString(broken.resolve(file), BROKEN);
            Path log = temp.resolve(file + ".log");
            assertThatThrownBy(() -> ServeProcess.start(
                                    folder,
                                    ports.next(),
                                    ports.next(),
                                    log,
                                    Map.of("KITSUNE_LOG", "TRACE"),
                                    "--tls",
                                    broken.toString())
                            .close())
                    .as("serve with a broken %s", file)
                    .isInstanceOf(IOException.class);
            places.put("serve with a broken " + file, Files.readString(log));
        }
        assertNoLeaks();
    }

    /** Every command, so that a new one has to be added here. */
    private void commands(int http) {
        String dir = folder.toString();
        Map<String, List<String>> arguments = new TreeMap<>();
        arguments.put("check", List.of("check " + dir, "check " + dir + " -o json", "check " + dir + " -o yaml"));
        arguments.put("names", List.of("names --dir " + dir + " environments", "names --dir " + dir + " workloads"));
        arguments.put("usage", List.of("usage --dir " + dir + " -o json", "usage --dir " + dir));
        arguments.put("expiry", List.of("expiry --dir " + dir + " -o json"));
        arguments.put("history", List.of("history --dir " + dir + " -o json", "history --dir " + dir + " main"));
        arguments.put("release", List.of("release --dir " + dir + " main --app shop=nothing"));
        arguments.put("rollback", List.of("rollback --dir " + dir + " main"));
        arguments.put("ready", List.of("ready 127.0.0.1:" + http));
        arguments.put("diff", List.of("diff --dir " + dir + " --served=127.0.0.1:" + http + " -o json"));
        arguments.put(
                "explain",
                List.of(
                        "explain --dir " + dir + " --url http://shop.localhost/",
                        "explain --dir " + dir + " --url http://payments/ --from frontend --env main -o json",
                        "explain --dir " + dir + " --url http://ledger/ --from frontend --env main"));
        arguments.put(
                "translate",
                List.of(
                        "translate --dir " + dir + " --role gateway",
                        "translate --dir " + dir + " --role sidecar --app shop --component frontend --version f1",
                        "translate --dir " + dir
                                + " --role sidecar --app shop --component frontend --version f1 --type secret"));
        arguments.put(
                "bootstrap", List.of("bootstrap --role gateway --xds 127.0.0.1:1 --tls " + temp.resolve("gateway")));
        arguments.put("completion", List.of("completion bash"));
        arguments.put("schema", List.of("schema"));
        arguments.put(
                "env",
                List.of(
                        "env list --dir " + dir + " -o json",
                        "env show main --dir " + dir,
                        "env show main --dir " + dir + " -o json",
                        "env set main --dir " + dir + " --component nothing=n1"));
        arguments.put(
                "proxies",
                List.of(
                        "proxies --served 127.0.0.1:" + http + " -o wide",
                        "proxies --served 127.0.0.1:" + http + " -o json"));
        arguments.put("curl", List.of("curl --help"));
        arguments.put("certs", List.of("certs --out " + tls));
        arguments.put("inject", List.of("inject -f " + folder.resolve("shop.yaml")));
        // Standard output of token is the token; serve is a process of its own; cleanup needs a cluster.
        arguments.put("token", List.of());
        arguments.put("serve", List.of());
        arguments.put("cleanup", List.of());
        assertThat(arguments.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        KitsuneCommand.commandLine("kitsune").getSubcommands().keySet());
        arguments.values().stream().flatMap(List::stream).forEach(line -> {
            Ended ended = run(line.split(" "));
            places.put("kitsune " + line, "exit code " + ended.code() + "\n" + ended.out() + ended.err());
        });
        Views.ofCheck(folder, places);
    }

    private void assertNoLeaks() {
        SoftAssertions softly = new SoftAssertions();
        places.forEach((place, text) ->
                softly.assertThat(leaks.in(text)).as("secrets in " + place).isEmpty());
        softly.assertAll();
        places.put("a place with a leak", "-> " + FORGED);
        assertThat(places.values().stream().filter(text -> !leaks.in(text).isEmpty()))
                .as("the search can fail")
                .hasSize(1);
    }

    /** Runs a command of which only the words matter, at the level of its exit code. */
    private void failing(String what, String... arguments) {
        Ended ended = run(arguments);
        places.put(
                "kitsune " + arguments[0] + " " + arguments[1] + ", " + what + " (" + ended.code() + ")",
                (arguments[0].equals("token") ? "" : ended.out()) + ended.err());
    }

    private static Ended run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = KitsuneCommand.commandLine("kitsune")
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new Ended(code, out.toString(), err.toString());
    }

    private Path token(String name, String... role) throws IOException {
        Path out = temp.resolve(name);
        List<String> arguments =
                new ArrayList<>(List.of("token", "--proxy", "--tls", tls.toString(), "--out", out.toString()));
        arguments.addAll(Arrays.asList(role));
        Ended ended = run(arguments.toArray(String[]::new));
        assertThat(ended.code()).as(ended.err()).isZero();
        places.put("kitsune token of " + name, ended.out() + ended.err());
        leaks.token("token of " + name, Files.readString(out.resolve("token")).strip());
        return out;
    }

    private EnvoyProcess envoy(String name, int xds, Path credentials, String... role) throws IOException {
        int admin = ports.next();
        List<String> arguments = new ArrayList<>(List.of(
                "bootstrap", "--xds", "127.0.0.1:" + xds, "--admin-port", "" + admin, "--tls", credentials.toString()));
        arguments.addAll(Arrays.asList(role));
        Ended bootstrap = run(arguments.toArray(String[]::new));
        assertThat(bootstrap.code()).as(bootstrap.err()).isZero();
        EnvoyProcess started = EnvoyProcess.start(
                EnvoyBinary.find(System.err::println), name, bootstrap.out(), admin, temp.resolve("envoys"), "trace");
        envoys.add(started);
        return started;
    }

    private void key(String file) throws IOException {
        leaks.secret(file, Files.readString(tls.resolve(file)));
    }

    private void jwk(String name, Path file) throws IOException {
        leaks.token(name, new ObjectMapper().readTree(file.toFile()).get("d").asText());
    }

    private void secret(String name, String key, String value) throws IOException {
        Files.writeString(
                Files.createDirectories(folder.resolve("secrets").resolve(name)).resolve(key), value);
    }

    /** Adds the files that Kitsune and Envoys have written, except those whose purpose is to hold a credential. */
    private void files(Path written) throws IOException {
        try (Stream<Path> all = Files.walk(written)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                if (!name.equals("token") && !name.endsWith(".jwk")) {
                    places.put("file " + temp.relativize(file), Files.readString(file));
                }
            }
        }
    }
}
