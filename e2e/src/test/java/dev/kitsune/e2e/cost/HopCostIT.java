package dev.kitsune.e2e.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.mesh.BootstrapText;
import dev.kitsune.e2e.process.Repository;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.xds.ControlPlane;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Counts the instructions that an Envoy's worker needs for one request, and compares them with those of the least static
 * configuration for the same hop. A count does not depend on the machine's load, so small changes show.
 */
class HopCostIT {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** The highest ratios that are allowed: what was reached, and half a percent. */
    private static final double COMPONENT = 1.069;

    private static final double ADAPTER = 1.151;
    private static final double INBOUND = 1.106;

    private static final int REQUESTS = 100;
    private static final int ROUNDS = 5;

    /** The first requests load resources, and fill caches. */
    private static final int WARM_UP = 200;

    private final LoopbackPorts ports = new LoopbackPorts();
    private final List<AutoCloseable> running = new ArrayList<>();

    @TempDir
    Path temp;

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : running) {
            one.close();
        }
        ports.close();
    }

    @Test
    void aHopCostsFewInstructionsMoreThanTheLeastStaticConfiguration() throws Exception {
        Assumptions.assumeTrue(Callgrind.runs(temp), "valgrind is not installed, or cannot run");
        Path envoy = EnvoyBinary.find(System.err::println);
        int app = ports.next();
        EnvoyProcess target = fromFile(envoy, "app", Map.of("listenPort", app));
        Assumptions.assumeTrue(
                target.admin().get("/server_info").contains("/" + EnvoyBinary.VERSION + "/"),
                "the limits are for Envoy " + EnvoyBinary.VERSION);

        int staticOut = ports.next();
        int staticIn = ports.next();
        Callgrind staticCaller =
                counted(envoy, "static-caller", Map.of("listenPort", staticOut, "calleePort", app, "paymentPort", app));
        Callgrind staticCallee = counted(envoy, "static-callee", Map.of("listenPort", staticIn, "appPort", app));

        int out = ports.next();
        int in = ports.next();
        Callgrind sidecar = sidecar(envoy, in, out, app);

        double component = ratio(sidecar, out, staticCaller, staticOut, "cart");
        double adapter = ratio(sidecar, out, staticCaller, staticOut, "payment");
        double inbound = ratio(sidecar, in, staticCallee, staticIn, "frontend");
        assertThat(component).as("of a call to a component").isLessThan(COMPONENT);
        assertThat(adapter).as("of a call to an adapter").isLessThan(ADAPTER);
        assertThat(inbound).as("of a request to an app").isLessThan(INBOUND);
    }

    private static double ratio(Callgrind kitsune, int port, Callgrind leastStatic, int staticPort, String host)
            throws IOException, InterruptedException {
        long ours = perRequest(kitsune, port, host);
        long least = perRequest(leastStatic, staticPort, host);
        System.err.printf(
                "HopCostIT: %s: %d instructions a request, static %d, ratio %.3f%n",
                host, ours, least, (double) ours / least);
        return (double) ours / least;
    }

    /** Returns the median of some rounds. */
    private static long perRequest(Callgrind counted, int port, String host) throws IOException, InterruptedException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) PATIENCE.toMillis());
            send(socket, host, WARM_UP);
            // The first round still translates code.
            List<Long> counts = counted.of(() -> send(socket, host, REQUESTS), ROUNDS + 1);
            return counts.subList(1, counts.size()).stream().sorted().toList().get(ROUNDS / 2) / REQUESTS;
        }
    }

    private static void send(Socket socket, String host, int times) throws IOException {
        byte[] request = ("GET / HTTP/1.1\r\nhost: " + host + "\r\nkitsune-env: main\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[8192];
        for (int i = 0; i < times; i++) {
            socket.getOutputStream().write(request);
            StringBuilder answer = new StringBuilder();
            while (answer.indexOf("\r\n\r\nhello") < 0) {
                int read = in.read(buffer);
                if (read < 0) {
                    throw new EOFException("the connection ended after: " + answer);
                }
                answer.append(new String(buffer, 0, read, StandardCharsets.US_ASCII));
                if (answer.indexOf("\r\n\r\n") >= 0 && !answer.toString().startsWith("HTTP/1.1 200")) {
                    throw new IOException(answer.toString());
                }
            }
        }
    }

    /** Starts the sidecar of a control plane with one virtual environment. */
    private Callgrind sidecar(Path envoy, int in, int out, int app) throws Exception {
        Path served = Files.createDirectories(temp.resolve("served"));
        Files.createDirectories(served.resolve("secrets/pay"));
        Files.writeString(served.resolve("secrets/pay/token"), "key");
        Files.writeString(served.resolve("shop.yaml"), """
                apiVersion: kitsune.dev/v1alpha1
                kind: Environment
                metadata: {name: dev}
                spec: {data: {variables: {greeting: Hello}, secrets: {key: {secretRef: {name: pay, key: token}}}}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: main, namespace: shop}
                spec: {environment: dev, release: {apps: {shop: {appDeployment: shop-main}}}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: shop-main, namespace: shop}
                spec:
                  app: shop
                  components:
                    frontend:
                      version: f1
                      variables: {greeting: {type: String, required: true}}
                      dependencies: {cart: {type: Component}, payment: {type: Adapter}}
                    cart: {version: c1}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Adapter
                metadata: {name: payment, namespace: shop}
                spec: {http: {url: "http://127.0.0.1:%1$d/v1", headers: {Authorization: "Bearer {{.Secrets.key}}"}}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Workload
                metadata: {name: frontend, namespace: shop}
                spec: {app: shop, component: frontend, version: f1, endpoints: [{address: 127.0.0.1, port: %2$d}]}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Workload
                metadata: {name: cart, namespace: shop}
                spec: {app: shop, component: cart, version: c1, endpoints: [{address: 127.0.0.1, port: %1$d}]}
                """.formatted(app, in));
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ControlPlane controlPlane = ControlPlane.start(served, any, any);
        running.add(controlPlane);
        Proxy proxy = new Proxy.SidecarProxy(
                new ComponentVersion("shop", "frontend", "f1"),
                "frontend",
                "127.0.0.1",
                in,
                out,
                app,
                Scopes.ON_DEMAND);
        int admin = ports.next();
        return counted(envoy, "sidecar", BootstrapText.of(proxy, controlPlane.xdsPort(), admin), admin);
    }

    private Callgrind counted(Path envoy, String file, Map<String, Integer> values)
            throws IOException, InterruptedException {
        int admin = ports.next();
        return counted(envoy, file, text(file, values, admin), admin);
    }

    private Callgrind counted(Path envoy, String name, String bootstrap, int admin)
            throws IOException, InterruptedException {
        Path folder = temp.resolve(name);
        return new Callgrind(folder, start(Callgrind.program(envoy, folder), name, bootstrap, admin));
    }

    private EnvoyProcess fromFile(Path program, String file, Map<String, Integer> values)
            throws IOException, InterruptedException {
        int admin = ports.next();
        return start(program, file, text(file, values, admin), admin);
    }

    /** The benchmarks compare with the same files. */
    private static String text(String file, Map<String, Integer> values, int admin) throws IOException {
        String text = Files.readString(
                        Repository.root().resolve("benchmarks/src/main/resources/bench/" + file + ".yaml"))
                .replace("${adminPort}", Integer.toString(admin));
        for (Map.Entry<String, Integer> value : values.entrySet()) {
            text = text.replace("${" + value.getKey() + "}", value.getValue().toString());
        }
        return text;
    }

    private EnvoyProcess start(Path program, String name, String bootstrap, int admin)
            throws IOException, InterruptedException {
        EnvoyProcess started = EnvoyProcess.start(program, name, bootstrap, admin, temp.resolve(name));
        running.add(0, started);
        return started.awaitReady(PATIENCE);
    }
}
