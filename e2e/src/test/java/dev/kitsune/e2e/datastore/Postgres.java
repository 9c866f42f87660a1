package dev.kitsune.e2e.datastore;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.kitsune.e2e.datastore.Authority.Issued;
import dev.kitsune.e2e.process.ChildProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.awaitility.Awaitility;

/** A real PostgreSQL, which users reach only over TLS and which identifies them by their certificate. */
public final class Postgres implements AutoCloseable {
    private static final String PROGRAMS = "/postgres-linux-x86_64.txz";
    private static final String NOBODY = "nobody";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path home;
    private final int port;
    private final ChildProcess server;

    private Postgres(Path home, int port, ChildProcess server) {
        this.home = home;
        this.port = port;
        this.server = server;
    }

    /**
     * Starts a server with the name {@code orders-db}.
     *
     * @param clients the authority of its users
     * @param users the names of its users
     */
    public static Postgres start(int port, Authority clients, Issued own, List<String> users) throws Exception {
        // PostgreSQL refuses to run as root, so root starts it as another user, who must be able to read these files.
        Path home = Files.createTempDirectory(
                "kitsune-postgres", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        unpack(home);
        Path data = Files.createDirectory(home.resolve("data"));
        giveToNobody(home);
        run(home, "initdb", "-D", data.toString(), "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8");
        Files.writeString(data.resolve("server.crt"), own.certificate());
        Path key = data.resolve("server.key");
        Files.writeString(key, own.key());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(data.resolve("clients.crt"), clients.certificate());
        Files.writeString(data.resolve("pg_hba.conf"), """
                hostnossl all postgres 127.0.0.1/32 trust
                hostssl   all all      127.0.0.1/32 cert
                """);
        giveToNobody(data);
        ChildProcess server = ChildProcess.start(
                asNobody(List.of(
                        home.resolve("bin/postgres").toString(),
                        "-D",
                        data.toString(),
                        "-p",
                        Integer.toString(port),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "ssl=on",
                        "-c",
                        "ssl_ca_file=clients.crt")),
                home.resolve("server.log"));
        Postgres started = new Postgres(home, port, server);
        started.await(users);
        return started;
    }

    private void await(List<String> users) throws Exception {
        Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(SQLException.class)
                .until(() -> {
                    if (!server.isAlive()) {
                        throw new IllegalStateException("PostgreSQL ended: " + server.log());
                    }
                    superuser().close();
                    return true;
                });
        try (Connection connection = superuser();
                Statement statement = connection.createStatement()) {
            for (String user : users) {
                statement.execute("create role " + user + " login");
            }
        }
    }

    private Connection superuser() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres&sslmode=disable");
    }

    private static void unpack(Path home) throws IOException {
        try (InputStream packed = Postgres.class.getResourceAsStream(PROGRAMS);
                TarArchiveInputStream programs = new TarArchiveInputStream(new XZCompressorInputStream(packed))) {
            for (TarArchiveEntry entry = programs.getNextEntry(); entry != null; entry = programs.getNextEntry()) {
                Path path = home.resolve(entry.getName()).normalize();
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else {
                    Files.createDirectories(path.getParent());
                    if (entry.isSymbolicLink()) {
                        Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                    } else {
                        Files.copy(programs, path);
                        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
                    }
                }
            }
        }
    }

    private static void run(Path home, String program, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin").resolve(program).toString()));
        command.addAll(List.of(arguments));
        try (ChildProcess process = ChildProcess.start(asNobody(command), home.resolve(program + ".log"))) {
            process.awaitEnd(PATIENCE);
            if (process.isAlive() || process.exitCode() != 0) {
                throw new IllegalStateException(program + ": " + process.log());
            }
        }
    }

    private static boolean isSuperuser() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static List<String> asNobody(List<String> command) {
        List<String> all = new ArrayList<>();
        if (isSuperuser()) {
            all.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=65534", "--clear-groups", "--"));
        }
        all.addAll(command);
        return all;
    }

    private static void giveToNobody(Path folder) throws IOException {
        if (!isSuperuser()) {
            return;
        }
        var nobody = folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(NOBODY);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(f -> !Files.isSymbolicLink(f)).toList()) {
                Files.setOwner(file, nobody);
            }
        }
    }

    @Override
    public void close() {
        server.close();
        try {
            MoreFiles.deleteRecursively(home, RecursiveDeleteOption.ALLOW_INSECURE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
