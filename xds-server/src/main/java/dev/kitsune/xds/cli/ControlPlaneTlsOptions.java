package dev.kitsune.xds.cli;

import dev.kitsune.envoy.bootstrap.ControlPlaneTls;
import dev.kitsune.envoy.bootstrap.ControlPlaneTls.Shows;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a proxy recognises its control plane, and says who it is. */
final class ControlPlaneTlsOptions {
    @Option(
            names = "--tls",
            paramLabel = "FOLDER",
            description =
                    "Reach the control plane by TLS, with the credentials in this folder, which `token --proxy --out`"
                            + " or `certs --proxy --out` has written. It is the path at which the proxy finds it.")
    private @Nullable String folder;

    @Option(
            names = "--client-certificate",
            description =
                    "Show the client certificate in that folder. Default: the token, but a gRPC client always shows"
                            + " the client certificate.")
    private boolean certificate;

    @Option(
            names = "--server-name",
            paramLabel = "NAME",
            description = "The name or IP address in the certificate of the control plane. Default: the host of --xds.")
    private @Nullable String serverName;

    /** Returns null for plaintext. */
    @Nullable
    ControlPlaneTls of(HostPort xds) {
        if (folder == null) {
            refuseWithoutFolder();
            return null;
        }
        return new ControlPlaneTls(
                serverName == null ? xds.host() : serverName,
                absolute(folder),
                certificate ? Shows.CERTIFICATE : Shows.TOKEN);
    }

    /** Returns the folder; null for plaintext. */
    @Nullable
    String ofGrpcClient() {
        if (serverName != null) {
            throw CommandException.usage(
                    "--server-name is for an Envoy: a gRPC client expects the host of --xds in the certificate");
        }
        if (folder == null) {
            refuseWithoutFolder();
            return null;
        }
        return absolute(folder);
    }

    /** Envoy would look for a relative path where it was started. */
    private static String absolute(String folder) {
        if (!folder.startsWith("/")) {
            throw CommandException.usage(
                    "--tls " + folder + ": name the folder by its whole path, beginning with /, as the proxy finds it");
        }
        return folder.length() > 1 && folder.endsWith("/") ? folder.substring(0, folder.length() - 1) : folder;
    }

    private void refuseWithoutFolder() {
        if (certificate || serverName != null) {
            throw CommandException.usage(
                    "--client-certificate and --server-name need --tls: name the folder with the credentials");
        }
    }
}
