package dev.kitsune.bench.hop;

import dev.kitsune.bench.lab.Lab;
import dev.kitsune.bench.load.Shot;
import dev.kitsune.bench.world.Catalogs;
import dev.kitsune.bench.world.ServedWorld;
import dev.kitsune.bench.world.World;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.server.ListenException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * Starts the targets. Each has an app of its own that answers at once. One app for all would have more connections than
 * a process may have files.
 */
final class HopTargets implements AutoCloseable {
    /** If there are more virtual environments than this, only one in a hundred is in use. */
    private static final int ALL_IN_USE = 10_000;

    private final Lab lab;
    private final Envoys envoys;
    private final List<ServedWorld> worlds = new ArrayList<>();

    HopTargets(Lab lab) {
        this.lab = lab;
        this.envoys = new Envoys(lab);
    }

    /** Starts a new app and returns its port. */
    private int app() throws IOException, InterruptedException {
        int port = lab.ports().next();
        envoys.fromFile("app", "", Map.of("listenPort", port));
        return port;
    }

    /**
     * Starts the smallest static configuration that forwards requests on both paths. It knows no virtual environments,
     * but its requests name the given number of them.
     */
    HopTarget ofStatic(int virtualEnvironments) throws IOException, InterruptedException {
        return ofStatic("static", virtualEnvironments, "", virtualEnvironment -> "");
    }

    /**
     * Starts the smallest static configuration with as many clusters as the virtual environments need. Each virtual
     * environment has a cluster for the adapter. Each one with a version of its own has a cluster for the callee, which
     * a header names.
     */
    HopTarget ofStaticClusters(int virtualEnvironments) throws IOException, InterruptedException {
        StringBuilder clusters = new StringBuilder();
        for (int virtualEnvironment : inUse(virtualEnvironments)) {
            clusters.append(cluster(World.name(virtualEnvironment).value(), "${paymentPort}"));
            if (World.overrides(virtualEnvironment)) {
                clusters.append(cluster(World.ownVersion(virtualEnvironment), "${calleePort}"));
            }
        }
        return ofStatic(
                "static-clusters",
                virtualEnvironments,
                clusters.toString(),
                virtualEnvironment -> World.overrides(virtualEnvironment)
                        ? "x-own: " + World.ownVersion(virtualEnvironment) + "\r\n"
                        : "");
    }

    private static String cluster(String name, String port) {
        return "    - {name: " + name + ", load_assignment: {cluster_name: " + name
                + ", endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: "
                + port + "}}}}]}]}}\n";
    }

    private HopTarget ofStatic(String file, int virtualEnvironments, String clusters, IntFunction<String> toCallee)
            throws IOException, InterruptedException {
        int callerPort = lab.ports().next();
        int calleePort = lab.ports().next();
        int appPort = app();
        EnvoyProcess callee =
                envoys.fromFile("static-callee", "", Map.of("listenPort", calleePort, "appPort", appPort));
        EnvoyProcess caller = envoys.fromFile(
                file + "-caller",
                clusters,
                Map.of("listenPort", callerPort, "calleePort", calleePort, "paymentPort", appPort));
        List<Shot> component = new ArrayList<>();
        List<Shot> adapter = new ArrayList<>();
        for (int virtualEnvironment : inUse(virtualEnvironments)) {
            VirtualEnvironmentName name = World.name(virtualEnvironment);
            component.add(Shot.get("cart", name, toCallee.apply(virtualEnvironment), name + "||"));
            adapter.add(Shot.get(World.ADAPTER, name, name + "||"));
        }
        return new HopTarget(
                file, 0, component.size(), caller, callee, callerPort, new HopTarget.ShotsByWay(component, adapter));
    }

    HopTarget of(int virtualEnvironments) throws IOException, InterruptedException, ListenException {
        int callerPort = lab.ports().next();
        int calleePort = lab.ports().next();
        int appPort = app();
        lab.progress().say("resolving " + virtualEnvironments + " virtual environments");
        ServedWorld world = new ServedWorld(new World(0, calleePort, appPort), virtualEnvironments);
        worlds.add(world);
        Proxy.SidecarProxy calleeProxy = new Proxy.SidecarProxy(
                World.CALLEE, "cart-1", "127.0.0.1", calleePort, lab.ports().next(), appPort, Scopes.ON_DEMAND);
        Proxy.SidecarProxy callerProxy = new Proxy.SidecarProxy(
                World.CALLER, "frontend-1", "127.0.0.1", lab.ports().next(), callerPort, appPort, Scopes.ON_DEMAND);
        lab.progress().say("starting the sidecars for " + virtualEnvironments + " virtual environments");
        EnvoyProcess callee = envoys.sidecar("callee-" + virtualEnvironments, calleeProxy, world.port());
        EnvoyProcess caller = envoys.sidecar("caller-" + virtualEnvironments, callerProxy, world.port());
        List<Integer> used = inUse(virtualEnvironments);
        List<Shot> component = new ArrayList<>();
        List<Shot> adapter = new ArrayList<>();
        for (int virtualEnvironment : used) {
            VirtualEnvironmentName name = World.name(virtualEnvironment);
            component.add(Shot.get("cart", name, name + "|" + Catalogs.greeting(virtualEnvironment) + "|"));
            // The context does not leave the mesh, so the credential identifies the virtual environment.
            adapter.add(Shot.get(World.ADAPTER, name, "||Bearer " + World.credential(virtualEnvironment)));
        }
        return new HopTarget(
                "kitsune",
                virtualEnvironments,
                used.size(),
                caller,
                callee,
                callerPort,
                new HopTarget.ShotsByWay(component, adapter));
    }

    /**
     * Returns virtual environments that are spread evenly over all and in random order, so that no cache favours them.
     */
    static List<Integer> inUse(int virtualEnvironments) {
        int step = virtualEnvironments > ALL_IN_USE ? 100 : 1;
        List<Integer> used = new ArrayList<>();
        for (int i = 0; i < virtualEnvironments / step; i++) {
            used.add(i * step + i % step);
        }
        Collections.shuffle(used, new Random(1));
        return used;
    }

    @Override
    public void close() {
        envoys.close();
        worlds.forEach(ServedWorld::close);
    }
}
