package dev.kitsune.e2e.datastore;

import dev.kitsune.e2e.datastore.Authority.Issued;
import dev.kitsune.e2e.process.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A real Redis, which only clients with a certificate of its authority can reach, over TLS. */
public final class Redis implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ChildProcess server;

    private Redis(ChildProcess server) {
        this.server = server;
    }

    /** Returns the machine's {@code redis-server}; empty if it has none. */
    public static Optional<Path> find() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts a server whose clients need a certificate of this authority. */
    public static Redis start(Path program, Path folder, int port, Authority clients, Issued own) throws IOException {
        Files.createDirectories(folder);
        Path certificate = Files.writeString(folder.resolve("server.crt"), own.certificate());
        Path key = Files.writeString(folder.resolve("server.key"), own.key());
        Path authority = Files.writeString(folder.resolve("clients.crt"), clients.certificate());
        ChildProcess server = ChildProcess.start(
                List.of(
                        program.toString(),
                        "--bind",
                        "127.0.0.1",
                        "--port",
                        "0",
                        "--tls-port",
                        Integer.toString(port),
                        "--tls-cert-file",
                        certificate.toString(),
                        "--tls-key-file",
                        key.toString(),
                        "--tls-ca-cert-file",
                        authority.toString(),
                        "--tls-auth-clients",
                        "yes",
                        "--save",
                        "",
                        "--dir",
                        folder.toString()),
                folder.resolve("server.log"));
        Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    if (!server.isAlive()) {
                        throw new IllegalStateException("Redis ended: " + server.log());
                    }
                    new Socket(InetAddress.getLoopbackAddress(), port).close();
                    return true;
                });
        return new Redis(server);
    }

    @Override
    public void close() {
        server.close();
    }
}
