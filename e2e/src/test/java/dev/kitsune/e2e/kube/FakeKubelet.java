package dev.kitsune.e2e.kube;

import dev.kitsune.e2e.app.EchoApp;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.snapshot.ComponentVersion;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Runs the pods of a namespace, each with an address of its own on loopback, the stand-in app, and a real Envoy as its
 * sidecar. A pod is ready when its sidecar is.
 */
final class FakeKubelet implements AutoCloseable {
    private static final Duration READY = Duration.ofSeconds(30);
    private static final int INBOUND_PORT = 15_406;

    private final ApiServer server;
    private final Path logs;
    private final LoopbackPorts ports = new LoopbackPorts();
    private final Map<String, RunningPod> running = new ConcurrentHashMap<>();
    private final ExecutorService worker = Executors.newSingleThreadExecutor();
    private final SharedIndexInformer<Pod> informer;
    private final PodEnvoy.WayToKitsune way;

    private record RunningPod(EchoApp app, PodEnvoy sidecar, int outboundPort) {
        void stop() {
            try (app) {
                sidecar.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** {@code xdsPort}: of the control plane, on loopback */
    FakeKubelet(ApiServer server, String namespace, int xdsPort, Path logs) {
        this(PodEnvoy.WayToKitsune.of(server, xdsPort), namespace, logs);
    }

    /** {@code way}: of sidecars to Kitsune */
    FakeKubelet(PodEnvoy.WayToKitsune way, String namespace, Path logs) {
        this.way = way;
        this.server = way.server();
        this.logs = logs;
        ServiceAccounts.create(server, namespace, ServiceAccounts.DEFAULT);
        this.informer = server.client().pods().inNamespace(namespace).inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Pod pod) {
                worker.execute(() -> run(pod));
            }

            @Override
            public void onUpdate(Pod before, Pod now) {
                // Only additions and deletions matter to a pod's processes.
            }

            @Override
            public void onDelete(Pod pod, boolean unknown) {
                worker.execute(() -> stop(pod.getMetadata().getName()));
            }
        });
    }

    private void run(Pod pod) {
        String name = pod.getMetadata().getName();
        Map<String, String> labels = pod.getMetadata().getLabels();
        ComponentVersion version =
                new ComponentVersion(label(labels, "app"), label(labels, "component"), label(labels, "version"));
        try {
            int outbound = ports.next();
            int appPort = ports.next();
            int admin = ports.next();
            // Each number is free on this machine as long as the port is held, and becomes an address.
            String address = "127." + (64 + (admin >> 8)) + "." + (admin & 0xff) + ".1";
            EchoApp app = new EchoApp(version.name().component(), version.version(), appPort, outbound);
            Proxy proxy =
                    new Proxy.SidecarProxy(version, name, address, INBOUND_PORT, outbound, appPort, Scopes.ON_DEMAND);
            PodEnvoy sidecar = PodEnvoy.start(way, pod, proxy, admin, logs);
            running.put(name, new RunningPod(app, sidecar, outbound));
            sidecar.process().awaitReady(READY);
            server.client().resource(pod).editStatus(now -> {
                now.setStatus(running(address));
                return now;
            });
        } catch (IOException e) {
            throw new IllegalStateException(name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the status of a pod that is ready at an address. */
    static PodStatus running(String address) {
        return new PodStatusBuilder()
                .withPhase("Running")
                .withPodIP(address)
                .withConditions(new PodConditionBuilder()
                        .withType("Ready")
                        .withStatus("True")
                        .build())
                .build();
    }

    /** Returns the sidecar of a pod that runs. */
    EnvoyProcess sidecar(String pod) {
        return Objects.requireNonNull(running.get(pod), pod).sidecar().process();
    }

    /** Returns the volume of a pod that runs. */
    PodVolume volume(String pod) {
        return Objects.requireNonNull(running.get(pod), pod).sidecar().volume();
    }

    private static String label(Map<String, String> labels, String name) {
        return Objects.requireNonNull(labels.get("kitsune.dev/" + name), name);
    }

    private void stop(String name) {
        RunningPod pod = running.remove(name);
        if (pod != null) {
            pod.stop();
        }
    }

    @Override
    public void close() {
        informer.close();
        worker.shutdownNow();
        running.keySet().forEach(this::stop);
        ports.close();
    }
}
