package dev.kitsune.e2e.kube;

import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The process of an API server and that of an etcd of its own, both on loopback. */
final class ServerProcesses implements ServerHost {
    private final Path program;
    private final Path folder;
    private final LoopbackPorts ports;
    private final int port;
    private final Etcd etcd;
    private final List<String> flags;
    private ChildProcess process;

    private ServerProcesses(Path program, Path folder, LoopbackPorts ports, Etcd etcd, List<String> flags)
            throws IOException {
        this.program = program;
        this.folder = folder;
        this.ports = ports;
        this.port = ports.next();
        this.etcd = etcd;
        this.flags = flags;
        this.process = run();
    }

    /**
     * Starts both, and does not wait until they are ready.
     *
     * @param tokens the content of the file with the tokens of users
     * @param flags of the API server, in addition to those that it always gets
     */
    static ServerProcesses start(KubernetesPrograms programs, String tokens, Path folder, String... flags)
            throws IOException {
        Path program = programs.find("kube-apiserver", System.err::println);
        Files.writeString(folder.resolve("tokens.csv"), tokens);
        ServiceAccountKey.write(folder.resolve("service-accounts.key"));
        LoopbackPorts ports = new LoopbackPorts();
        Etcd etcd = Etcd.start(programs.etcd(), folder, ports.next(), ports.next());
        return new ServerProcesses(program, folder, ports, etcd, List.of(flags));
    }

    private ChildProcess run() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--etcd-servers=" + etcd.url(),
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--secure-port=" + port,
                "--cert-dir=" + folder.resolve("certificates"),
                "--service-cluster-ip-range=10.96.0.0/16",
                "--service-account-issuer=https://kubernetes.default",
                "--service-account-key-file=" + folder.resolve("service-accounts.key"),
                "--service-account-signing-key-file=" + folder.resolve("service-accounts.key"),
                "--token-auth-file=" + folder.resolve("tokens.csv"),
                "--authorization-mode=RBAC",
                // No controller makes the service accounts that this plugin demands of every pod.
                "--disable-admission-plugins=ServiceAccount",
                "--allow-privileged=true"));
        command.addAll(flags);
        return ChildProcess.start(command, folder.resolve("kube-apiserver.log"));
    }

    /** Lets etcd forget what was before now. */
    void compact() throws IOException, InterruptedException {
        etcd.compact();
    }

    @Override
    public String url() {
        return "https://127.0.0.1:" + port;
    }

    @Override
    public Path certificate() {
        return folder.resolve("certificates").resolve("apiserver.crt");
    }

    @Override
    public void kill() {
        process.kill();
    }

    @Override
    public void startAgain() throws IOException {
        process = run();
    }

    @Override
    public boolean hasEndedWithin(Duration patience) throws InterruptedException {
        process.awaitEnd(patience);
        return !process.isAlive();
    }

    @Override
    public String log() throws IOException {
        return process.log();
    }

    @Override
    public void close() {
        process.close();
        etcd.close();
        ports.close();
    }
}
