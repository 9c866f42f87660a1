package dev.kitsune.e2e.kube;

import dev.kitsune.e2e.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The controllers of Kubernetes that delete namespaces, complete its own roles, and make the pods of Jobs. Of the others
 * run only those that a test names, so nobody else makes pods.
 */
public final class ControllerManager implements AutoCloseable {
    private final ChildProcess process;

    private ControllerManager(ChildProcess process) {
        this.process = process;
    }

    /**
     * Starts them.
     *
     * @param kubeconfig of an administrator
     * @param more the names of further controllers
     */
    public static ControllerManager start(Path program, Path kubeconfig, Path log, String... more) throws IOException {
        List<String> controllers = new ArrayList<>(List.of(
                "namespace-controller",
                "clusterrole-aggregation-controller",
                "job-controller",
                "resourcequota-controller"));
        controllers.addAll(List.of(more));
        return new ControllerManager(ChildProcess.start(
                List.of(
                        program.toString(),
                        "--kubeconfig=" + kubeconfig,
                        "--controllers=" + String.join(",", controllers),
                        // A quota that was there before its kinds is counted with the next period, which is 5 minutes.
                        "--resource-quota-sync-period=5s",
                        "--leader-elect=false",
                        "--secure-port=0"),
                log));
    }

    /** Starts those that make the pods of Deployments, too. */
    static ControllerManager startWithDeployments(Path program, Path kubeconfig, Path log) throws IOException {
        return start(
                program,
                kubeconfig,
                log,
                "deployment-controller",
                "replicaset-controller",
                "garbage-collector-controller");
    }

    @Override
    public void close() {
        process.close();
    }
}
