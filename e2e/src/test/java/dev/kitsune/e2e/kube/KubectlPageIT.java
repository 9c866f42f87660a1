package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.process.ChildProcess;
import dev.kitsune.e2e.process.Repository;
import dev.kitsune.xds.ControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the page on kubectl work, in their order, on a cluster that Kitsune serves. */
class KubectlPageIT {
    private static final Pattern BLOCK = Pattern.compile("```bash\n(.*?)```", Pattern.DOTALL);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private Path folder;

    @Test
    void theCommandsOfThePageWork() throws Exception {
        try (ApiServer server = SharedApiServer.start(folder)) {
            server.installDefinitions();
            ServedCluster cluster = new ServedCluster(server, "shop");
            for (String namespace : new String[] {"shop", "kitsune", ServedCluster.SYSTEM}) {
                cluster.apply("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(namespace));
            }
            try (ControlPlane replica = cluster.replica("one");
                    LoopbackPorts ports = new LoopbackPorts();
                    ClusterGateway gateway = ClusterGateway.start(server, replica.xdsPort(), ports, folder)) {
                String log = run(server);
                assertThat(log)
                        .contains("main: release 2 is active", "main: release 3 is active")
                        .contains("did you mean \"main\"?")
                        .contains("+ kubectl wait --namespace shop --for=condition=Programmed ve/fix")
                        .contains("virtualenvironment.kitsune.dev/broken condition met")
                        .contains("as something needs it, such as VirtualEnvironment/shop/fix");
                assertThat(cluster.virtualEnvironment("main").get()).isNull();
                assertThat(replica.state().failure()).isNull();
                assertThat(gateway.envoy().isAlive()).isTrue();
            }
        }
    }

    private String run(ApiServer server) throws Exception {
        Path kubectl = SharedApiServer.kubectl();
        Path bin = Files.createDirectory(folder.resolve("bin"));
        program(bin.resolve("kubectl"), "exec '%s' \"$@\"".formatted(kubectl));
        program(
                bin.resolve("kubectl-kitsune"),
                "exec '%s' -cp '%s' dev.kitsune.Kitsune \"$@\""
                        .formatted(
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                System.getProperty("java.class.path")));
        String commands = BLOCK.matcher(Files.readString(Repository.root().resolve("docs/kubectl.md")))
                .results()
                .map(block -> block.group(1))
                .collect(Collectors.joining("\n"));
        ProcessBuilder bash = new ProcessBuilder("bash", "-c", "set -eux\n" + commands)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("page").toFile());
        bash.environment().put("PATH", bin + ":" + System.getenv("PATH"));
        bash.environment().put("KUBECONFIG", server.kubeconfig().toString());
        try (ChildProcess process = ChildProcess.of(bash.start(), folder.resolve("page"))) {
            process.awaitEnd(PATIENCE);
            assertThat(process.isAlive()).as("it runs; %s", process.log()).isFalse();
            assertThat(process.exitCode()).as(process.log()).isZero();
            return process.log();
        }
    }

    private static void program(Path file, String command) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + command + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}
