package dev.kitsune.e2e.accepted;

import dev.kitsune.e2e.app.EchoApp;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.mesh.BootstrapText;
import dev.kitsune.e2e.mesh.Running;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.xds.delta.StreamView;
import dev.kitsune.xds.server.XdsServer;
import dev.kitsune.xds.store.Refusal;
import dev.kitsune.xds.store.ResourceStore;
import dev.kitsune.xds.store.Resources;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** A gateway, and the sidecars of a steady and of an odd component, which run during all cases. */
final class LiveEnvoys implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LoopbackPorts ports = new LoopbackPorts();
    private final Deque<Running> running = new ArrayDeque<>();
    private final Map<String, EnvoyProcess> envoys = new TreeMap<>();
    private final ResourceStore store;
    private final XdsServer server;
    private final Path folder;
    private final int gatewayPort;
    private final Proxy.SidecarProxy odd;
    private final OddManifests.Ports known;

    LiveEnvoys(Resources resources, Path folder) throws Exception {
        this.folder = folder;
        store = new ResourceStore(resources, new SimpleMeterRegistry());
        server = new XdsServer(
                        store,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        (virtualEnvironment, at) -> {},
                        name -> false,
                        new SimpleMeterRegistry())
                .start();
        gatewayPort = ports.next();
        Proxy.SidecarProxy front = sidecar("shop", "front", "f1");
        odd = sidecar("odd", "odd", "o1");
        known = new OddManifests.Ports(
                front.inboundPort(), odd.inboundPort(), List.of(ports.next(), ports.next(), ports.next()));
    }

    private Proxy.SidecarProxy sidecar(String app, String component, String version) throws Exception {
        Proxy.SidecarProxy sidecar = new Proxy.SidecarProxy(
                new ComponentVersion(app, component, version),
                component,
                "127.0.0.1",
                ports.next(),
                ports.next(),
                ports.next(),
                Scopes.EAGER);
        EchoApp echo = new EchoApp(component, version, sidecar.appPort(), sidecar.outboundPort());
        running.push(echo::close);
        start(component, sidecar);
        return sidecar;
    }

    private void start(String name, Proxy proxy) throws Exception {
        int admin = ports.next();
        EnvoyProcess process = EnvoyProcess.start(
                EnvoyBinary.find(System.err::println),
                name,
                BootstrapText.of(proxy, server.port(), admin),
                admin,
                folder);
        running.push(process::close);
        envoys.put(name, process);
    }

    OddManifests.Ports ports() {
        return known;
    }

    ResourceStore store() {
        return store;
    }

    GatewayClient gateway() {
        return new GatewayClient(gatewayPort, PATIENCE);
    }

    /** Returns a client that calls like the odd component's app, through its sidecar. */
    GatewayClient caller() {
        return new GatewayClient(odd.outboundPort(), PATIENCE);
    }

    int callerPort() {
        return odd.outboundPort();
    }

    GatewayClient callee() {
        return new GatewayClient(odd.inboundPort(), PATIENCE);
    }

    /** Publishes the first case, and waits until the Envoys serve. It must be called only once. */
    void publishFirst(Resolution resolution) throws Exception {
        store.publish(resolution.snapshot(), resolution.changed());
        // Envoys load all routes, even without a request.
        start("gateway", new Proxy.GatewayProxy("127.0.0.1", gatewayPort, Scopes.EAGER));
        for (EnvoyProcess envoy : envoys.values()) {
            envoy.awaitReady(PATIENCE);
        }
    }

    /**
     * Publishes a case, and waits until every Envoy has answered to its changes. Each case has a new scope for each.
     */
    void publish(Resolution resolution) {
        Map<String, String> before = acknowledgedScopes();
        store.publish(resolution.snapshot(), resolution.changed());
        awaitAnswers(() -> {
            Map<String, String> now = acknowledgedScopes();
            return now.size() == envoys.size()
                    && now.entrySet().stream()
                            .noneMatch(scopes -> scopes.getValue().equals(before.get(scopes.getKey())))
                    && isQuiet();
        });
    }

    void awaitQuiet() {
        awaitAnswers(this::isQuiet);
    }

    private void awaitAnswers(Callable<Boolean> condition) {
        Awaitility.await("an answer of every Envoy")
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    envoys.values().forEach(EnvoyProcess::requireAlive);
                    return condition.call();
                });
    }

    private boolean isQuiet() {
        return server.streams().stream()
                .flatMap(stream -> stream.types().values().stream())
                .allMatch(type -> type.waiting() == 0 && !type.inFlight());
    }

    private Map<String, String> acknowledgedScopes() {
        Map<String, String> nonces = new TreeMap<>();
        for (StreamView stream : server.streams()) {
            StreamView.TypeView scopes = stream.types().get(ResourceType.SCOPED_ROUTE);
            if (scopes != null) {
                nonces.put(stream.proxy().toString(), scopes.acknowledged() + scopes.refused());
            }
        }
        return nonces;
    }

    /** Returns the resources that the Envoys refused or did not survive. */
    List<Refusal> refusals() {
        envoys.values().forEach(EnvoyProcess::requireAlive);
        return server.streams().stream()
                .flatMap(stream -> stream.refused().stream())
                .toList();
    }

    /** Returns the number of refusals since the start, without certificates. */
    long rejected() throws Exception {
        long sum = 0;
        for (EnvoyProcess envoy : envoys.values()) {
            sum += envoy.admin().stats("update_rejected$").entrySet().stream()
                    .filter(count -> !count.getKey().contains("sds."))
                    .mapToLong(Map.Entry::getValue)
                    .sum();
        }
        return sum;
    }

    @Override
    public void close() {
        while (!running.isEmpty()) {
            running.pop().close();
        }
        server.close();
        ports.close();
    }
}
