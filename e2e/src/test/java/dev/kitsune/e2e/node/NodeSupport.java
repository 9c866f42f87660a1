package dev.kitsune.e2e.node;

import dev.kitsune.e2e.kube.SharedApiServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Says why a machine cannot run a node. */
final class NodeSupport {
    /** Each program, with the package of Debian that has it. */
    private static final List<List<String>> PROGRAMS = List.of(
            List.of("containerd", "containerd"),
            List.of("ctr", "containerd"),
            List.of("runc", "runc"),
            List.of("ip", "iproute2"),
            List.of("xtables-nft-multi", "iptables"),
            List.of("ldd", "libc-bin"),
            List.of("go", "golang-go"));

    private NodeSupport() {}

    /** Skips the test that calls it if this machine cannot run a node, and names every reason. */
    static void assumePossible() {
        List<String> missing = missing();
        Assumptions.assumeTrue(missing.isEmpty(), () -> "no real node: " + String.join("; ", missing));
        SharedApiServer.programs();
    }

    /** Skips the test that calls it if a kubelet runs here. All kubelets of a machine use some of the same files. */
    static void assumeNoOtherKubelet() {
        Assumptions.assumeTrue(
                ProcessHandle.allProcesses()
                        .flatMap(process -> process.info().command().stream())
                        .noneMatch(command -> command.endsWith("/kubelet")),
                "no real node: this machine is one already, because a kubelet runs");
    }

    private static List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (!"root".equals(System.getProperty("user.name"))) {
            missing.add("this is not root");
        }
        for (List<String> program : PROGRAMS) {
            if (NodeCommand.find(program.get(0)).isEmpty()) {
                missing.add("there is no program " + program.get(0) + " (Debian's package is " + program.get(1) + ")");
            }
        }
        if (!NodeNetwork.PLUGINS_NEEDED.stream()
                .map(Path.of(NodeNetwork.PLUGINS)::resolve)
                .allMatch(Files::isExecutable)) {
            missing.add("there are no plugins of CNI in " + NodeNetwork.PLUGINS
                    + " (Debian's package is containernetworking-plugins)");
        }
        return missing;
    }
}
