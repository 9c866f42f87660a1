package dev.kitsune.xds.cli;

import dev.kitsune.model.problem.Problem;
import dev.kitsune.xds.ControlPlane;
import dev.kitsune.xds.input.FolderInput;
import dev.kitsune.xds.input.Input;
import dev.kitsune.xds.pipeline.ServedState;
import dev.kitsune.xds.state.StateFolder;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Serves a watched folder or cluster until it is told to stop. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Serves a folder of manifests, or the objects of a Kubernetes cluster, to Envoys, and follows every change"
                    + " in it. Problems are logged when they appear and when they are solved. An object with a problem"
                    + " keeps its last good version.",
            "",
            "Without --dir, it serves the cluster of the pod that it runs in, or of the kubeconfig. Several replicas may"
                    + " serve one cluster. One of them decides, and saves its decisions in the status of the objects.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune serve} --dir envs",
            "  ${COMMAND-FULL-NAME:-kitsune serve} --dir envs --tls tls --xds 0.0.0.0:18000    Envoys on other machines",
            "  ${COMMAND-FULL-NAME:-kitsune serve} --context test                    a cluster",
            "  curl http://127.0.0.1:18001/api/problems",
            "",
            "Over HTTP: / (a page), /healthz, /readyz, /metrics, /api/status, /api/environments[/NAME], /api/components, "
                    + "/api/proxies, /api/problems, /api/resources/TYPE (clusters, routes, ...). The value of a"
                    + " secret is never shown.",
            "",
            "Exit codes: 0 stopped by SIGTERM or Ctrl-C, 1 could not start, 2 called wrongly, no such folder or cluster."
        })
final class ServeCommand implements Runnable {
    private static final Logger log = LoggerFactory.getLogger("kitsune");

    @Option(names = "--dir", paramLabel = "DIR", description = "The folder to serve. Without it, a cluster is served.")
    private @Nullable Path dir;

    @Mixin
    private final ServedClusterOptions cluster = new ServedClusterOptions();

    @Option(
            names = "--state",
            paramLabel = "FOLDER",
            description = "The folder that keeps the state of releases across restarts. Default: DIR/.kitsune.")
    private @Nullable Path state;

    @Option(
            names = "--follow",
            description =
                    "Serves what another `serve` with the same --state decides, and decides and writes nothing itself.")
    private boolean follow;

    @Option(
            names = "--tls",
            paramLabel = "FOLDER",
            description =
                    "Serve Envoys by TLS with the files that `certs --out` has made, and only those that show a token"
                            + " (`token --proxy`) or a client certificate (`certs --proxy`). Needed for any --xds but"
                            + " loopback. The files are followed.")
    private @Nullable Path tls;

    @Option(
            names = "--xds",
            paramLabel = "HOST:PORT",
            converter = HostPort.HostPortConverter.class,
            defaultValue = HostPort.XDS,
            description = "The address for Envoys. Default: ${DEFAULT-VALUE}. Port 0 takes a free one.")
    @SuppressWarnings("NullAway.Init") // has a default
    private HostPort xds;

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT",
            converter = HostPort.HostPortConverter.class,
            defaultValue = HostPort.HTTP,
            description = "The address of the inspection API and page, which have no login, so it is a loopback one."
                    + " Default: ${DEFAULT-VALUE}. Port 0 takes a free one.")
    @SuppressWarnings("NullAway.Init") // has a default
    private HostPort http;

    @Option(
            names = "--health",
            paramLabel = "HOST:PORT",
            converter = HostPort.HostPortConverter.class,
            description = "An additional address that serves only /healthz, /readyz and /metrics, for probes and"
                    + " Prometheus on other machines. They are open to everyone who reaches it. Port 0 takes a free"
                    + " one.")
    private @Nullable HostPort health;

    @Override
    public void run() {
        ControlPlane control;
        try {
            control = ControlPlane.start(
                    input(),
                    new ControlPlane.Listening(
                            xds.local("--xds"), inspection(), health == null ? null : health.local("--health")));
        } catch (ControlPlane.StartException e) {
            throw CommandException.failed(String.valueOf(e.getMessage()));
        }
        announce(control);
        // The JVM would exit with 143 after SIGTERM, as if it had been killed. An orderly end exits with 0.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            log.info("stopping");
                            control.close();
                            Runtime.getRuntime().halt(ExitCode.OK);
                        },
                        "stop"));
        waitForEver();
    }

    private InetSocketAddress inspection() {
        InetSocketAddress address = http.local("--http");
        if (!address.getAddress().isLoopbackAddress()) {
            throw CommandException.usage("--http " + http
                    + ": the inspection API shows variables and has no login, so it listens on loopback only: leave"
                    + " --http out, and reach it by `ssh -L 18001:127.0.0.1:18001` or through a proxy with a login;"
                    + " --health serves probes and metrics to other machines");
        }
        return address;
    }

    private void refuseOpenPort(Path folder) {
        if (!xds.local("--xds").getAddress().isLoopbackAddress()) {
            throw CommandException.usage("--xds " + xds
                    + ": everyone who reaches this address would get the secrets of every proxy. Make certificates with"
                    + " `kitsune certs --out tls --host NAME-OF-THIS-MACHINE`, serve with `kitsune serve --dir "
                    + folder
                    + " --xds " + xds
                    + " --tls tls`, and give each proxy a token with `kitsune token --proxy`; or listen"
                    + " on 127.0.0.1");
        }
    }

    private Input input() {
        if (dir == null) {
            if (tls != null) {
                throw CommandException.usage(
                        "--tls belongs to a folder: name it with --dir, or leave it out to serve a cluster");
            }
            if (state != null || follow) {
                throw CommandException.usage(
                        "--state and --follow belong to a folder: name it with --dir, or leave them out to serve a"
                                + " cluster, whose objects hold the state");
            }
            return cluster.input(xds);
        }
        cluster.refuse();
        if (tls == null) {
            refuseOpenPort(dir);
        }
        Folders.await(dir);
        return new FolderInput(dir, state == null ? StateFolder.of(dir) : state, follow, tls);
    }

    private void announce(ControlPlane control) {
        ServedState state = control.state();
        long errors = state.problems().all().stream().filter(Problem::isError).count();
        log.info(
                "serving {}: {}, {}, {}",
                control.input(),
                Count.of(state.virtualEnvironments(), "virtual environment"),
                Count.of(errors, "error"),
                Count.of(state.problems().all().size() - errors, "warning"));
        log.info(
                tls == null ? "Envoys connect to {}" : "Envoys connect to {} by TLS, and show a token or a certificate",
                new HostPort(xds.host(), control.xdsPort()));
        log.info("inspect it at http://{}/", new HostPort(http.host(), control.httpPort()));
        if (health != null) {
            log.info(
                    "health and metrics alone are at http://{}/",
                    new HostPort(health.host(), control.healthPort().orElseThrow()));
        }
    }

    private static void waitForEver() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
