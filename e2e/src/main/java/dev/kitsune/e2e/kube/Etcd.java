package dev.kitsune.e2e.kube;

import dev.kitsune.e2e.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A running etcd, which holds the objects of one cluster. */
final class Etcd implements AutoCloseable {
    private final ChildProcess process;
    private final String url;

    private Etcd(ChildProcess process, String url) {
        this.process = process;
        this.url = url;
    }

    /** Starts an etcd, and does not wait for it: an API server waits by itself. */
    static Etcd start(Path program, Path folder, int clientPort, int peerPort) throws IOException {
        String clients = "http://127.0.0.1:" + clientPort;
        String peers = "http://127.0.0.1:" + peerPort;
        ChildProcess process = ChildProcess.start(
                List.of(
                        program.toString(),
                        "--data-dir",
                        folder.resolve("etcd").toString(),
                        "--listen-client-urls",
                        clients,
                        "--advertise-client-urls",
                        clients,
                        "--listen-peer-urls",
                        peers,
                        "--initial-advertise-peer-urls",
                        peers,
                        "--initial-cluster",
                        "default=" + peers),
                folder.resolve("etcd.log"));
        return new Etcd(process, clients);
    }

    String url() {
        return url;
    }

    @Override
    public void close() {
        process.close();
    }
}
