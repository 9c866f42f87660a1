package dev.kitsune.e2e.mesh;

import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.manifest.Workload;
import dev.kitsune.model.snapshot.ComponentVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A gateway, and an app and its sidecar for each workload. The real Envoys share one control plane. */
final class DataPlane implements AutoCloseable {
    private static final Duration READY = Duration.ofSeconds(30);

    private final Path envoy;
    private final Path logs;
    private final LoopbackPorts ports;
    private final int xdsPort;
    private final Scopes scopes;
    private final AppStarter apps;
    private final Map<String, Sidecar> sidecars = new TreeMap<>();
    private final Deque<Running> running = new ArrayDeque<>();
    private @Nullable EnvoyProcess gateway;
    private int gatewayPort;

    DataPlane(Path envoy, Path logs, LoopbackPorts ports, int xdsPort, Scopes scopes, AppStarter apps) {
        this.envoy = envoy;
        this.logs = logs;
        this.ports = ports;
        this.xdsPort = xdsPort;
        this.scopes = scopes;
        this.apps = apps;
    }

    /** Starts the gateway, if it does not run yet, and the new workloads, and waits until all of them serve. */
    void run(Map<String, Workload> workloads) throws IOException, InterruptedException {
        if (gateway == null) {
            gatewayPort = ports.next();
            gateway = start("gateway", new Proxy.GatewayProxy("127.0.0.1", gatewayPort, scopes));
        }
        for (Map.Entry<String, Workload> workload : workloads.entrySet()) {
            if (!sidecars.containsKey(workload.getKey())) {
                sidecars.put(workload.getKey(), start(workload.getKey(), workload.getValue()));
            }
        }
        for (EnvoyProcess process : envoys()) {
            if (process.isAlive()) {
                process.awaitReady(READY);
            }
        }
    }

    private Sidecar start(String name, Workload workload) throws IOException {
        ComponentVersion component = new ComponentVersion(workload.app(), workload.component(), workload.version());
        int inbound = workload.endpoints().get(0).port();
        int outbound = ports.next();
        int appPort = ports.next();
        running.push(apps.start(component, appPort, outbound));
        EnvoyProcess process =
                start(name, new Proxy.SidecarProxy(component, name, "127.0.0.1", inbound, outbound, appPort, scopes));
        return new Sidecar(name, component, process, inbound, outbound);
    }

    private EnvoyProcess start(String name, Proxy proxy) throws IOException {
        int admin = ports.next();
        EnvoyProcess process = EnvoyProcess.start(envoy, name, BootstrapText.of(proxy, xdsPort, admin), admin, logs);
        running.push(process::close);
        return process;
    }

    /** Replaces the gateway's process with an Envoy that has loaded nothing yet. */
    void replaceGateway() throws IOException, InterruptedException {
        gateway().kill();
        gateway = start("gateway", new Proxy.GatewayProxy("127.0.0.1", gatewayPort, scopes))
                .awaitReady(READY);
    }

    EnvoyProcess gateway() {
        if (gateway == null) {
            throw new IllegalStateException("the mesh does not run yet");
        }
        return gateway;
    }

    int gatewayPort() {
        return gatewayPort;
    }

    Sidecar sidecar(String workload) {
        Sidecar found = sidecars.get(workload);
        if (found == null) {
            throw new IllegalArgumentException("no sidecar of " + workload + "; there are " + sidecars.keySet());
        }
        return found;
    }

    Collection<Sidecar> sidecars() {
        return List.copyOf(sidecars.values());
    }

    /** Returns all Envoys, with the gateway first. */
    List<EnvoyProcess> envoys() {
        List<EnvoyProcess> all = new java.util.ArrayList<>();
        all.add(gateway());
        sidecars.values().forEach(sidecar -> all.add(sidecar.envoy()));
        return List.copyOf(all);
    }

    @Override
    public void close() {
        while (!running.isEmpty()) {
            running.pop().close();
        }
    }
}
