package dev.kitsune.xds.cli;

import dev.kitsune.k8s.lease.Replica;
import dev.kitsune.k8s.watch.Cluster;
import dev.kitsune.k8s.watch.NoClusterException;
import dev.kitsune.xds.cluster.ClusterInput;
import dev.kitsune.xds.input.Input;
import dev.kitsune.xds.replica.ReplicaToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code serve} for a cluster. */
final class ServedClusterOptions {
    @Option(
            names = "--context",
            paramLabel = "NAME",
            description =
                    "The context of the kubeconfig whose cluster is served. Default: the current one, or the cluster"
                            + " of the pod.")
    private @Nullable String context;

    @Option(
            names = "--system-namespace",
            paramLabel = "NAME",
            description = "The namespace in which Kitsune runs in the cluster. Default: kitsune.")
    private @Nullable String systemNamespace;

    @Option(
            names = "--replica",
            paramLabel = "NAME",
            description = "The name of this replica: of its pod. Default: the name of the host.")
    private @Nullable String replica;

    @Option(
            names = "--advertise",
            paramLabel = "HOST:PORT",
            converter = HostPort.HostPortConverter.class,
            description = "The address of --xds at which the other replicas reach this one.")
    private @Nullable HostPort advertise;

    @Option(
            names = "--replica-token",
            paramLabel = "FILE",
            description =
                    "The file with the secret by which the replicas recognise each other. Without it, this replica"
                            + " takes no reports of others.")
    private @Nullable Path token;

    /** Returns the cluster to serve. */
    Input input() {
        try {
            return new ClusterInput(
                    Cluster.of(context),
                    systemNamespace == null ? ClusterOptions.SYSTEM_NAMESPACE : systemNamespace,
                    new Replica(
                            replica == null ? LocalHost.name() : replica,
                            advertise == null ? null : advertise.toString()),
                    token());
        } catch (NoClusterException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        }
    }

    private ReplicaToken token() {
        if (token == null) {
            return ReplicaToken.of(UUID.randomUUID().toString()); // Nobody else knows it.
        }
        try {
            return ReplicaToken.in(token);
        } catch (IOException e) {
            throw CommandException.usage("--replica-token " + token + ": the file cannot be read: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("--replica-token " + token + ": " + e.getMessage());
        }
    }

    /** Refuses to serve a cluster, because there is a folder to serve. */
    void refuse() {
        if (context != null || systemNamespace != null || replica != null || advertise != null || token != null) {
            throw CommandException.usage(
                    "--context, --system-namespace, --replica, --replica-token and --advertise belong to a cluster: leave --dir out to"
                            + " serve one");
        }
    }
}
