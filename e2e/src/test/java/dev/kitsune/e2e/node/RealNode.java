package dev.kitsune.e2e.node;

import dev.kitsune.e2e.process.ChildProcess;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A kubelet that runs the pods of this machine. */
final class RealNode implements AutoCloseable {
    static final String NAME = "the-node";

    private final ChildProcess kubelet;
    private final Path folder;
    private final Path logs;

    private RealNode(ChildProcess kubelet, Path folder, Path logs) {
        this.kubelet = kubelet;
        this.folder = folder;
        this.logs = logs;
    }

    /**
     * Starts the kubelet, and does not wait until it has registered its node.
     *
     * @param kubeconfig of an administrator
     */
    static RealNode start(
            Path program, Path kubeconfig, ContainerRuntime runtime, NodePlace place, NodeNetwork network, Path log)
            throws IOException {
        Path folder = place.folder("kubelet");
        Path logs = place.folder("pod-logs");
        Path configuration = folder.resolve("config.yaml");
        Files.writeString(
                configuration, """
                apiVersion: kubelet.config.k8s.io/v1beta1
                kind: KubeletConfiguration
                containerRuntimeEndpoint: %1$s
                cgroupDriver: cgroupfs
                cgroupsPerQOS: false
                enforceNodeAllocatable: []
                makeIPTablesUtilChains: false
                failSwapOn: false
                authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
                authorization: {mode: AlwaysAllow}
                address: %2$s
                readOnlyPort: 0
                healthzPort: 0
                clusterDNS: ["%2$s"]
                clusterDomain: cluster.local
                resolvConf: ""
                localStorageCapacityIsolation: false
                evictionHard: {memory.available: 100Mi}
                imageGCHighThresholdPercent: 100
                imageGCLowThresholdPercent: 99
                podLogsDir: %3$s
                syncFrequency: 10s
                featureGates: {InPlacePodVerticalScaling: false}
                volumePluginDir: %4$s
                """.formatted(runtime.endpoint(), network.address(), logs, folder.resolve("plugins")));
        return new RealNode(
                ChildProcess.start(
                        List.of(
                                program.toString(),
                                "--config=" + configuration,
                                "--kubeconfig=" + kubeconfig,
                                "--root-dir=" + folder,
                                "--cert-dir=" + folder.resolve("certificates"),
                                "--hostname-override=" + NAME,
                                // The kubelet takes no address of loopback.
                                "--node-ip=" + network.address(),
                                "--v=2"),
                        log),
                folder,
                logs);
    }

    /** Whether the kubelet has ended by itself. */
    boolean hasEnded() {
        return !kubelet.isAlive();
    }

    /** Returns what a container of a pod has printed, as containerd notes it; empty before it runs. */
    String printed(Pod pod, String container) throws IOException {
        Path folder = logs.resolve(String.join(
                        "_",
                        pod.getMetadata().getNamespace(),
                        pod.getMetadata().getName(),
                        pod.getMetadata().getUid()))
                .resolve(container);
        if (!Files.isDirectory(folder)) {
            return "";
        }
        StringBuilder all = new StringBuilder();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.log")) {
            for (Path file : files) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }

    /** Returns the content of a file in a projected volume of a pod. */
    String file(Pod pod, String volume, String name) throws IOException {
        return Files.readString(folder.resolve("pods")
                .resolve(pod.getMetadata().getUid())
                .resolve("volumes/kubernetes.io~projected")
                .resolve(volume)
                .resolve(name));
    }

    @Override
    public void close() {
        kubelet.close();
    }
}
