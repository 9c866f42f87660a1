package dev.kitsune.e2e.net;

import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.mesh.BootstrapText;
import dev.kitsune.e2e.process.ChildProcess;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.k8s.inject.CaptureRules;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.xds.ControlPlane;
import dev.kitsune.xds.input.FolderInput;
import dev.kitsune.xds.store.Resources;
import dev.kitsune.xds.store.TranslatedResources;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;

/**
 * A shop whose frontend calls a cart, a ledger by gRPC and datastores, in pods whose calls are captured. The Services of
 * its components lead to the first version of each, as they did before there were virtual environments.
 */
final class CapturedShop implements AutoCloseable {
    static final String FRONTEND = "fe";
    static final int OUTBOUND = 15_401;
    static final int INBOUND = 15_406;
    static final int ADMIN = 15_400;
    static final int UID = 15_400;

    /** The last parts of the addresses of pods. */
    static final int FRONTEND_POD = 10;

    static final int CART_ONE = 11;
    static final int CART_TWO = 12;
    static final int DATASTORE = 13;
    static final int LEDGER = 14;

    /** The last parts of the addresses of Services. */
    static final int CART_SERVICE = 10;

    static final int LEDGER_SERVICE = 11;
    static final int MYSQL_SERVICE = 20;
    static final int MAIL_SERVICE = 21;
    static final int ORDERS_SERVICE = 22;

    private static final String MANIFESTS = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Platform
            metadata: {name: kitsune}
            spec: {defaultVirtualEnvironment: main%s}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: dev}
            spec: {}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: main, namespace: shop}
            spec: {environment: dev, release: {apps: {shop: {appDeployment: shop-main}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: fix, namespace: shop}
            spec: {parent: main, components: {cart: c2}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: shop-main, namespace: shop}
            spec:
              app: shop
              components:
                frontend:
                  version: f1
                  dependencies:
                    cart: {type: Component}
                    ledger: {type: Component}
                    mysql: {type: Adapter}
                    orders: {type: Adapter}
                cart: {version: c1}
                ledger: {version: l1, protocol: h2c}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Adapter
            metadata: {name: mysql, namespace: shop}
            spec: {tcp: {address: "10.250.0.13:13306", listen: 3306}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Adapter
            metadata: {name: orders, namespace: shop}
            spec: {tcp: {address: "10.250.0.13:5433", listen: 5432}}
            """;

    private final NetworkNamespaces namespaces;
    private final Path folder;
    private final Path envoy;
    private final Map<String, CapturedPod> pods = new HashMap<>();
    private final Map<String, ChildProcess> sidecars = new HashMap<>();
    private final List<ControlPlane> controlPlanes = new ArrayList<>();
    private final SocketFile line;
    private final SocketFile ofFrontend;

    /** Makes the pods, with the rules of their init containers, and starts everything but the frontend's sidecar. */
    CapturedShop(Path folder) throws Exception {
        this.folder = folder;
        this.namespaces = new NetworkNamespaces();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        // The user of the sidecar may not read the folder in which the program is.
        this.envoy = Files.copy(EnvoyBinary.find(System.err::println), folder.resolve("envoy"));
        Files.setPosixFilePermissions(envoy, PosixFilePermissions.fromString("rwxr-xr-x"));
        int xdsPort = serve("", new TranslatedResources());
        this.line = new SocketFile(folder.resolve("xds"), xdsPort);
        this.ofFrontend = new SocketFile(folder.resolve("xds-" + FRONTEND), xdsPort);
        try {
            Path hosts = Files.writeString(folder.resolve("hosts"), hosts());
            pod(FRONTEND, FRONTEND_POD, "frontend@f1", hosts);
            pod("c1", CART_ONE, "cart@c1", hosts);
            pod("c2", CART_TWO, "cart@c2", hosts);
            pod("db", DATASTORE, "datastore", hosts);
            pod("ledger", LEDGER, "grpc", hosts);
            namespaces.addService(CART_SERVICE, 80, CART_ONE, PodAgent.APP);
            namespaces.addService(CART_SERVICE, 8081, CART_ONE, PodAgent.APP);
            namespaces.addService(MYSQL_SERVICE, 3306, DATASTORE, 3306);
            namespaces.addService(MAIL_SERVICE, 25, DATASTORE, 25);
            namespaces.addService(ORDERS_SERVICE, 5432, DATASTORE, 5432);
            sidecar("c1", "cart", "c1", Proxy.CallCapture.EXPLICIT);
            sidecar("c2", "cart", "c2", Proxy.CallCapture.EXPLICIT);
            sidecar("ledger", "ledger", "l1", Proxy.CallCapture.EXPLICIT);
            capture(new CaptureRules(OUTBOUND, UID, List.of(9000), List.of()).script());
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    private void pod(String pod, int last, String runs, Path hosts) throws IOException, InterruptedException {
        Path controlPlane = folder.resolve(pod.equals(FRONTEND) ? "xds-" + FRONTEND : "xds");
        pods.put(pod, CapturedPod.start(namespaces, pod, last, runs, controlPlane, hosts));
    }

    private static String hosts() {
        StringBuilder hosts = new StringBuilder();
        for (IpVersion ip : IpVersion.values()) {
            hosts.append(ip.service(CART_SERVICE)).append(" cart cart.shop.svc.cluster.local\n");
            hosts.append(ip.service(LEDGER_SERVICE)).append(" ledger\n");
        }
        return hosts.toString();
    }

    /** Sets rules in the frontend's pod, as its init container does. */
    void capture(String script) throws IOException, InterruptedException {
        namespaces.in(FRONTEND, "sh", "-c", script);
    }

    private CapturedPod pod(String pod) {
        return Objects.requireNonNull(pods.get(pod));
    }

    CapturedPod frontend() {
        return pod(FRONTEND);
    }

    /**
     * Starts a control plane for the same manifests, and returns its port.
     *
     * @param platform more fields of the Platform, after a comma
     */
    int serve(String platform, Resources resources) throws IOException, ControlPlane.StartException {
        return serve(manifests(platform), resources);
    }

    /** Writes the manifests into a new folder. */
    Path manifests(String platform) throws IOException {
        Path manifests = Files.createTempDirectory(folder, "manifests");
        StringBuilder text = new StringBuilder(MANIFESTS.formatted(platform));
        service(text, "cart", CART_SERVICE);
        service(text, "ledger", LEDGER_SERVICE);
        service(text, "mysql", MYSQL_SERVICE);
        service(text, "orders", ORDERS_SERVICE);
        workload(text, "frontend", "f1", FRONTEND_POD);
        workload(text, "cart", "c1", CART_ONE);
        workload(text, "cart", "c2", CART_TWO);
        workload(text, "ledger", "l1", LEDGER);
        Files.writeString(manifests.resolve("shop.yaml"), text);
        return manifests;
    }

    /** Replaces a text that is in the manifests. */
    void edit(Path manifests, String before, String after) throws IOException {
        String text = Files.readString(manifests.resolve("shop.yaml"));
        if (!text.contains(before)) {
            throw new IllegalArgumentException("the manifests do not contain " + before);
        }
        Path next = Files.writeString(folder.resolve("next.yaml"), text.replace(before, after));
        Files.move(next, manifests.resolve("shop.yaml"), StandardCopyOption.ATOMIC_MOVE);
    }

    int serve(Path manifests, Resources resources) throws IOException, ControlPlane.StartException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ControlPlane started = ControlPlane.start(
                new FolderInput(manifests, Files.createTempDirectory(folder, "state"), false),
                new ControlPlane.Listening(any, any, null),
                resources);
        controlPlanes.add(started);
        return started.xdsPort();
    }

    private static void service(StringBuilder text, String name, int last) {
        text.append("---\napiVersion: kitsune.dev/v1alpha1\nkind: Service\nmetadata: {name: ")
                .append(name)
                .append(", namespace: shop}\nspec: {addresses: [\"")
                .append(IpVersion.V4.service(last))
                .append("\", \"")
                .append(IpVersion.V6.service(last))
                .append("\"]}\n");
    }

    private static void workload(StringBuilder text, String component, String version, int last) {
        text.append("---\napiVersion: kitsune.dev/v1alpha1\nkind: Workload\nmetadata: {name: ")
                .append(component + "-" + version)
                .append(", namespace: shop}\nspec: {app: shop, component: ")
                .append(component)
                .append(", version: ")
                .append(version)
                .append(", endpoints: [{address: ")
                .append(IpVersion.V4.pod(last))
                .append(", port: " + INBOUND + "}]}\n");
    }

    /** Replaces the sidecar of the frontend by one of the control plane at a port. */
    void startFrontend(int xdsPort) throws Exception {
        ofFrontend.leadTo(xdsPort);
        ChildProcess before = sidecars.remove(FRONTEND);
        if (before != null) {
            before.close();
        }
        sidecar(FRONTEND, "frontend", "f1", Proxy.CallCapture.TRANSPARENT);
    }

    private void sidecar(String pod, String component, String version, Proxy.CallCapture capture) throws Exception {
        String bootstrap = BootstrapText.of(
                new Proxy.SidecarProxy(
                                new ComponentVersion(new ComponentName("shop", component), version),
                                component + "-" + version,
                                "::",
                                INBOUND,
                                OUTBOUND,
                                PodAgent.APP,
                                Proxy.Scopes.ON_DEMAND)
                        .with(capture),
                PodAgent.CONTROL_PLANE,
                ADMIN);
        ChildProcess process = ChildProcess.start(
                namespaces.command(
                        pod,
                        List.of(
                                "setpriv",
                                "--reuid=" + UID,
                                "--regid=" + UID,
                                "--clear-groups",
                                envoy.toString(),
                                "--config-yaml",
                                bootstrap,
                                "--concurrency",
                                "1",
                                "--disable-hot-restart",
                                "--log-level",
                                "warning")),
                folder.resolve(pod + "-envoy-" + controlPlanes.size() + ".log"));
        sidecars.put(pod, process);
        Awaitility.await("the sidecar of " + pod + " has its listeners")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new IOException("Envoy ended: " + process.log());
                    }
                    return admin(pod, "/ready").contains("LIVE")
                            && admin(pod, "/listeners").contains("" + INBOUND)
                            && admin(pod, "/listeners").contains("" + OUTBOUND);
                });
    }

    /** Returns a page of the admin interface of the sidecar of a pod. */
    String admin(String pod, String path) throws IOException {
        return pod(pod).speak(
                        IpVersion.V4,
                        "127.0.0.1",
                        ADMIN,
                        Step.toTheEnd("GET " + path + " HTTP/1.1\r\nHost: admin\r\nConnection: close\r\n\r\n"))
                .text();
    }

    /** Returns the sum of a counter of the listeners for captured calls. */
    long counted(String counter) throws IOException {
        return count("listener\\.[^ ]*_" + OUTBOUND + "\\." + counter);
    }

    /** Returns the sum of those counters of the frontend's sidecar whose names match. */
    long count(String name) throws IOException {
        return admin(FRONTEND, "/stats?type=Counters")
                .lines()
                .map(String::strip)
                .filter(line -> line.matches(name + ": [0-9]+"))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    String frontendLog() throws IOException {
        return Objects.requireNonNull(sidecars.get(FRONTEND)).log();
    }

    NetworkNamespaces namespaces() {
        return namespaces;
    }

    @Override
    public void close() {
        sidecars.values().forEach(ChildProcess::close);
        pods.values().forEach(CapturedPod::close);
        controlPlanes.forEach(ControlPlane::close);
        try {
            line.close();
            ofFrontend.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } finally {
            namespaces.close();
        }
    }
}
