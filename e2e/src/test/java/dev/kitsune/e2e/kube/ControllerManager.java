package dev.kitsune.e2e.kube;

import dev.kitsune.e2e.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The controllers of Kubernetes that delete namespaces, complete its own roles, and make the pods of Jobs. None of the
 * others runs, so nobody makes other pods.
 */
final class ControllerManager implements AutoCloseable {
    private final ChildProcess process;

    private ControllerManager(ChildProcess process) {
        this.process = process;
    }

    /** {@code kubeconfig}: of an administrator */
    static ControllerManager start(Path program, Path kubeconfig, Path log) throws IOException {
        return new ControllerManager(ChildProcess.start(
                List.of(
                        program.toString(),
                        "--kubeconfig=" + kubeconfig,
                        "--controllers=namespace-controller,clusterrole-aggregation-controller,job-controller,"
                                + "resourcequota-controller",
                        // A quota that was there before its kinds is counted with the next period, which is 5 minutes.
                        "--resource-quota-sync-period=5s",
                        "--leader-elect=false",
                        "--secure-port=0"),
                log));
    }

    @Override
    public void close() {
        process.close();
    }
}
