package dev.kitsune.e2e.kube;

import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.mesh.BootstrapText;
import dev.kitsune.envoy.Proxy;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** A real Envoy that a pod runs, with the volume by which it and Kitsune recognise each other. */
record PodEnvoy(EnvoyProcess process, PodVolume volume) implements AutoCloseable {
    /**
     * How pods reach Kitsune on loopback.
     *
     * @param namespace in which Kitsune runs
     * @param change of bootstraps
     */
    record WayToKitsune(ApiServer server, String namespace, int xdsPort, UnaryOperator<String> change) {
        static WayToKitsune of(ApiServer server, int xdsPort) {
            return new WayToKitsune(server, ServedCluster.SYSTEM, xdsPort, UnaryOperator.identity());
        }

        private String host() {
            return "kitsune." + namespace + ".svc";
        }
    }

    /** Starts it, and does not wait for it. */
    static PodEnvoy start(WayToKitsune way, Pod pod, Proxy proxy, int admin, Path folder) throws IOException {
        String name = pod.getMetadata().getName();
        Path files = folder.resolve(name + "-volume-" + admin);
        PodVolume volume = PodVolume.mount(way.server(), pod, files);
        String bootstrap = BootstrapText.of(proxy, way.xdsPort(), admin, way.host(), files);
        return new PodEnvoy(
                EnvoyProcess.start(
                        EnvoyBinary.find(System.err::println),
                        name,
                        way.change().apply(bootstrap),
                        admin,
                        folder),
                volume);
    }

    @Override
    public void close() throws IOException {
        process.close();
        volume.close();
    }
}
