package dev.kitsune.e2e.kube;

import dev.kitsune.e2e.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The controllers of Kubernetes that delete namespaces, complete its own roles, and make the pods of Jobs. None of the
 * others runs, so nobody makes other pods, unless a test asks for those of Deployments.
 */
final class ControllerManager implements AutoCloseable {
    private final ChildProcess process;

    private ControllerManager(ChildProcess process) {
        this.process = process;
    }

    private static final String CONTROLLERS = "namespace-controller,clusterrole-aggregation-controller,job-controller";

    /** {@code kubeconfig}: of an administrator */
    static ControllerManager start(Path program, Path kubeconfig, Path log) throws IOException {
        return start(program, kubeconfig, log, CONTROLLERS);
    }

    /** Starts those that make the pods of Deployments, too. */
    static ControllerManager startWithDeployments(Path program, Path kubeconfig, Path log) throws IOException {
        return start(
                program,
                kubeconfig,
                log,
                CONTROLLERS + ",deployment-controller,replicaset-controller,garbage-collector-controller");
    }

    private static ControllerManager start(Path program, Path kubeconfig, Path log, String controllers)
            throws IOException {
        return new ControllerManager(ChildProcess.start(
                List.of(
                        program.toString(),
                        "--kubeconfig=" + kubeconfig,
                        "--controllers=" + controllers,
                        "--leader-elect=false",
                        "--secure-port=0"),
                log));
    }

    @Override
    public void close() {
        process.close();
    }
}
