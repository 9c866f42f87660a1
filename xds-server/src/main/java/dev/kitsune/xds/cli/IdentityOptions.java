package dev.kitsune.xds.cli;

import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.xds.access.ProxyIdentity;
import dev.kitsune.xds.access.TlsFolder;
import dev.kitsune.xds.identity.ProxyRights;
import dev.kitsune.xds.identity.ProxyRights.GatewayRights;
import dev.kitsune.xds.identity.ProxyRights.WorkloadRights;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** Which proxy gets credentials, and where they are written. */
final class IdentityOptions {
    static final Duration LIFETIME = Duration.ofDays(30);

    private static final List<String> NAMES =
            List.of("--tls", "--role", "--app", "--component", "--version", "--id", "--name", "--out", "--mounted-at");

    @Option(
            names = "--tls",
            paramLabel = "FOLDER",
            description = "With --proxy: the folder that `certs --out` has made, with its private keys.")
    private @Nullable Path tls;

    @Option(names = "--role", paramLabel = "ROLE", description = "With --proxy: one of ${COMPLETION-CANDIDATES}.")
    private @Nullable ProxyRole role;

    @Option(names = "--app", paramLabel = "APP", description = "Sidecar, gRPC: the app of its component.")
    private @Nullable String app;

    @Option(names = "--component", paramLabel = "COMPONENT", description = "Sidecar, gRPC: the component.")
    private @Nullable String component;

    @Option(names = "--version", paramLabel = "VERSION", description = "Sidecar, gRPC: the component's version.")
    private @Nullable String version;

    @Option(
            names = "--id",
            paramLabel = "WORKLOAD",
            description =
                    "Sidecar, gRPC: the name of its Workload. Without it the workloads of its version must agree.")
    private @Nullable String id;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description =
                    "How the proxy is shown. Default: `gateway`, or APP/COMPONENT@VERSION and its Workload. Proxies"
                            + " of one name count as one.")
    private @Nullable String name;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "The folder to write. With --proxy it is the proxy's, for `bootstrap --tls`. Run the command"
                    + " again before its credentials expire: the proxy takes the new ones without a restart.")
    private @Nullable Path out;

    @Option(
            names = "--mounted-at",
            paramLabel = "PATH",
            description = "Where the proxy finds that folder, such as the path in its container. Default: the path of"
                    + " --out on this machine.")
    private @Nullable String mountedAt;

    /** Refuses these options, because there is no --proxy. */
    void refuse(ParseResult given) {
        NAMES.stream().filter(given::hasMatchedOption).findFirst().ifPresent(option -> {
            throw CommandException.usage(option + " describes a proxy: add --proxy, or leave it out");
        });
    }

    /** Returns the folder to write, where the other options have no place. */
    Path folderAlone(ParseResult given) {
        NAMES.stream()
                .filter(option -> !option.equals("--out") && given.hasMatchedOption(option))
                .findFirst()
                .ifPresent(option -> {
                    throw CommandException.usage(option + " describes a proxy: add --proxy, or leave it out");
                });
        if (out == null) {
            throw CommandException.usage("--out is needed: the folder to make, such as --out tls");
        }
        return out;
    }

    /** Returns who issues credentials for the proxy. Missing and malformed options are refused. */
    CredentialIssuer issuer(CommandLine command) {
        if (tls == null || role == null) {
            throw CommandException.usage(
                    "--proxy needs --tls and --role: the folder of `kitsune certs`, and what the proxy is");
        }
        if (mountedAt != null && out == null) {
            throw CommandException.usage("--mounted-at needs --out: name the folder to write");
        }
        ProxyRights rights = rights(role);
        String shown = name == null ? ProxyIdentity.usualName(rights) : name;
        if (!ProxyIdentity.NAME.matcher(shown).matches()) {
            throw CommandException.usage("--name '" + shown
                    + "': expected letters, digits, ., _, @, / and -, 200 at most, alphanumeric at both ends");
        }
        Folders.require(tls);
        return new CredentialIssuer(
                new ProxyIdentity(shown, rights),
                new TlsFolder(tls),
                out == null ? null : new ProxyFolder(out, mountedAt),
                command);
    }

    private ProxyRights rights(ProxyRole given) {
        if (given == ProxyRole.gateway) {
            if (app != null || component != null || version != null || id != null) {
                throw CommandException.usage(
                        "--app, --component, --version and --id are for sidecars and gRPC clients: leave them out for a"
                                + " gateway");
            }
            return new GatewayRights();
        }
        if (app == null || component == null || version == null) {
            throw CommandException.usage("--role " + given + " needs --app, --component and --version");
        }
        return new WorkloadRights(
                new ComponentVersion(
                        ProxyOptions.label("--app", app),
                        ProxyOptions.label("--component", component),
                        ProxyOptions.version(version)),
                id == null ? null : ProxyOptions.workload(id));
    }
}
