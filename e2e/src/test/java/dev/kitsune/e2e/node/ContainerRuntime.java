package dev.kitsune.e2e.node;

import dev.kitsune.e2e.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** A containerd of its own, beside any other one of this machine. */
final class ContainerRuntime implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The namespace of containerd in which the kubelet looks for images. */
    static final String NAMESPACE = "k8s.io";

    private final ChildProcess process;
    private final Path socket;

    private ContainerRuntime(ChildProcess process, Path socket) {
        this.process = process;
        this.socket = socket;
    }

    /** Starts it, and waits until it answers. {@code pause}: the image of the container that holds a pod's network */
    static ContainerRuntime start(NodePlace place, NodeNetwork network, String pause, Path log)
            throws IOException, InterruptedException {
        Path folder = place.folder("containerd");
        Path configuration = Files.writeString(folder.resolve("config.toml"), configuration(folder, network, pause));
        ContainerRuntime runtime = new ContainerRuntime(
                ChildProcess.start(
                        List.of(
                                NodeCommand.find("containerd").orElseThrow().toString(),
                                "--config",
                                configuration.toString()),
                        log),
                folder.resolve("socket"));
        Awaitility.await("containerd answers: " + log)
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> !runtime.ctr("version").isEmpty());
        return runtime;
    }

    private static String configuration(Path folder, NodeNetwork network, String pause) {
        // A container that is not to be killed first needs a right that root may lack in a container.
        return """
                version = 2
                root = "%1$s/root"
                state = "%1$s/state"
                [grpc]
                  address = "%1$s/socket"
                [plugins."io.containerd.internal.v1.opt"]
                  path = "%1$s/opt"
                [plugins."io.containerd.grpc.v1.cri"]
                  restrict_oom_score_adj = true
                  netns_mounts_under_state_dir = true
                  sandbox_image = "%2$s"
                  stream_server_address = "127.0.0.1"
                  stream_server_port = "0"
                  [plugins."io.containerd.grpc.v1.cri".cni]
                    bin_dir = "%3$s"
                    conf_dir = "%4$s"
                  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
                    runtime_type = "io.containerd.runc.v2"
                    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
                      Root = "%1$s/runc"
                      SystemdCgroup = false
                """.formatted(folder, pause, NodeNetwork.PLUGINS, network.configuration());
    }

    /** Takes an image from a file. */
    void load(Path image) throws IOException, InterruptedException {
        ctr("images", "import", image.toString());
    }

    private String ctr(String... arguments) throws IOException, InterruptedException {
        String[] all = new String[arguments.length + 4];
        List<String> first = List.of("--address", socket.toString(), "--namespace", NAMESPACE);
        for (int i = 0; i < first.size(); i++) {
            all[i] = first.get(i);
        }
        System.arraycopy(arguments, 0, all, first.size(), arguments.length);
        return NodeCommand.run("ctr", all);
    }

    /** Returns where the kubelet reaches it. */
    String endpoint() {
        return "unix://" + socket;
    }

    /** Ends it. Its containers go on: {@link NodePlace#close} ends them. */
    @Override
    public void close() {
        process.close();
    }
}
