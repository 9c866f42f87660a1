package dev.kitsune.xds.cli;

import com.google.common.base.Splitter;
import com.google.common.net.HostAndPort;
import dev.kitsune.k8s.distill.DistillationSettings;
import dev.kitsune.k8s.lease.Replica;
import dev.kitsune.xds.Build;
import dev.kitsune.xds.cluster.ClusterInput;
import dev.kitsune.xds.cluster.MeshSettings;
import dev.kitsune.xds.inject.InjectFile;
import dev.kitsune.xds.inject.InjectPort;
import dev.kitsune.xds.input.Input;
import dev.kitsune.xds.replica.ReplicaToken;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code serve} for a cluster. */
final class ServedClusterOptions {
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

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
            paramLabel = "HOST",
            description = "The host, such as the address of this pod, at which the other replicas reach the port of"
                    + " --xds. All replicas have the same port.")
    private @Nullable String advertise;

    @Option(
            names = "--replica-token",
            paramLabel = "FILE",
            description =
                    "The file with the secret by which the replicas recognise each other. Without it, this replica"
                            + " takes no reports of others.")
    private @Nullable Path token;

    @Option(
            names = "--service",
            paramLabel = "NAME",
            description = "The name of the Service through which Envoys reach this replica. It stands in the replica's"
                    + " certificate. Default: kitsune.")
    private @Nullable String service;

    @Option(
            names = "--gateway-account",
            paramLabel = "NAME",
            description =
                    "The service account of the gateways, in the namespace of --system-namespace. Only its pods get"
                            + " what gateways get. Default: kitsune-gateway.")
    private @Nullable String gatewayAccount;

    @Option(
            names = "--inject",
            paramLabel = "HOST:PORT",
            converter = HostPort.HostPortConverter.class,
            description = "The address of the webhook that gives pods their sidecars, which the API server calls by"
                    + " HTTPS. Without it, there is no webhook.")
    private @Nullable HostPort inject;

    @Option(
            names = "--inject-settings",
            paramLabel = "FILE",
            description = "The settings of the sidecars that the webhook adds. Without it, the defaults of the chart"
                    + " apply.")
    private @Nullable Path injectSettings;

    @Option(
            names = "--distillation",
            paramLabel = "NAMESPACES",
            description = "Makes pods from the templates of app deployments in these namespaces, separated by commas."
                    + " Without it, templates have no effect.")
    private @Nullable String distillation;

    /** Returns the cluster to serve, {@code xds} being the address for Envoys. */
    Input input(HostPort xds) {
        return new ClusterInput(
                ClusterOptions.named(context),
                systemNamespace == null ? ClusterOptions.SYSTEM_NAMESPACE : systemNamespace,
                new Replica(
                        replica == null ? LocalHost.name() : replica,
                        advertise == null ? null : advertised(advertise, xds.port())),
                token(),
                MeshSettings.of(
                        service == null ? "kitsune" : service,
                        gatewayAccount == null ? "kitsune-gateway" : gatewayAccount),
                injectPort(),
                distillation == null ? null : new DistillationSettings(names(distillation), InstantSource.system()));
    }

    /** An empty text names none, and app deployments then say that. */
    static Set<String> names(String listed) {
        Set<String> names = new TreeSet<>();
        for (String name : Splitter.on(',').omitEmptyStrings().trimResults().split(listed)) {
            if (!NAMESPACE.matcher(name).matches()) {
                throw CommandException.usage("--distillation " + listed + ": \"" + name
                        + "\" is no namespace; names of namespaces were expected, separated by commas");
            }
            names.add(name);
        }
        return names;
    }

    private @Nullable InjectPort injectPort() {
        if (inject == null) {
            if (injectSettings != null) {
                throw CommandException.usage(
                        "--inject-settings is for the webhook: name its address with --inject, or leave it out");
            }
            return null;
        }
        try {
            InjectFile settings = injectSettings == null ? InjectFile.EMPTY : InjectFile.read(injectSettings);
            return new InjectPort(inject.local("--inject"), settings.injector(Build.version()));
        } catch (InjectFile.InjectFileException e) {
            throw CommandException.usage("--inject-settings: " + e.getMessage());
        }
    }

    /** Returns {@code HOST:PORT}, with an IPv6 address in brackets. */
    static String advertised(String host, int port) {
        if (port == 0) {
            throw CommandException.usage("--advertise " + host
                    + ": the other replicas cannot know a port that is chosen at the start; name the port with --xds");
        }
        try {
            return HostAndPort.fromParts(host, port).toString();
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("--advertise " + host
                    + ": a host without a port was expected, such as 10.0.0.7 or fd00::7; the port is that of --xds");
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
        if (context != null
                || systemNamespace != null
                || replica != null
                || advertise != null
                || token != null
                || service != null
                || gatewayAccount != null
                || inject != null
                || injectSettings != null
                || distillation != null) {
            throw CommandException.usage(
                    "--context, --system-namespace, --replica, --replica-token, --advertise, --service, --gateway-account, --inject, --inject-settings and --distillation belong to a cluster: leave --dir out to"
                            + " serve one");
        }
    }
}
