package dev.kitsune.xds.cli;

import dev.kitsune.xds.access.TlsFolder;
import dev.kitsune.xds.cli.CertificateFiles.Wishes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes the files with which {@code serve --tls} serves. */
@Command(
        name = "certs",
        sortOptions = false,
        description = {
            "Makes the folder for `serve --tls`: a CA, valid for 10 years; the certificate of the server, valid for 90"
                    + " days; and the keys of the tokens of proxies. What exists and is valid stays, so run it again to"
                    + " renew what is due. It says what it did.",
            "",
            "With --proxy, it makes a client certificate by which a proxy says who it is, and writes a folder with"
                    + " everything that `bootstrap --tls` needs.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune certs} --out tls --host kitsune.internal --host 10.0.0.7",
            "  ${COMMAND-FULL-NAME:-kitsune certs} --proxy --tls tls --role gateway --out gateway-tls",
            "",
            "`serve --tls` needs ca.crt, server.crt, server.key and tokens.jwks of the folder. Keep ca.key and tokens.jwk"
                    + " elsewhere, and secret: they make any proxy.",
            "",
            "Exit codes: 0 made or still valid, 1 a file cannot be used, 2 called wrongly."
        })
final class CertsCommand implements Runnable {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9:*]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?");

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description =
                    "A name or IP address at which proxies reach the server; as often as needed. Default: those of"
                            + " the present certificate; at first localhost, 127.0.0.1 and ::1.")
    private List<String> hosts = new ArrayList<>();

    @Option(names = "--renew", description = "Make a new certificate of the server, although it is not due.")
    private boolean renew;

    @Option(
            names = "--new-ca",
            description =
                    "Make a new CA. ca.crt still has the earlier one, so give ca.crt to all proxies, then --renew,"
                            + " then remove the earlier one from ca.crt.")
    private boolean newAuthority;

    @Option(
            names = "--new-token-key",
            description = "Make a new pair of keys for tokens. tokens.jwks keeps the earlier public keys. Remove one to"
                    + " revoke the tokens that it checks.")
    private boolean newTokenKey;

    @Option(names = "--proxy", description = "Make a client certificate for a proxy.")
    private boolean proxy;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = TokenCommand.Lifetime.class,
            description = "With --proxy: how long it is valid. Default: 30d.")
    private @Nullable Duration lifetime;

    @Mixin
    private final IdentityOptions identity = new IdentityOptions();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it; --version is the component's here
    private boolean help;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        if (proxy) {
            if (!hosts.isEmpty() || renew || newAuthority || newTokenKey) {
                throw CommandException.usage(
                        "--host, --renew, --new-ca and --new-token-key are for the server: leave them out with --proxy");
            }
            identity.issuer(spec.commandLine()).certificate(lifetime == null ? IdentityOptions.LIFETIME : lifetime);
            return;
        }
        if (lifetime != null) {
            throw CommandException.usage("--for is for the certificate of a proxy: add --proxy, or leave it out");
        }
        hosts.stream().filter(host -> !HOST.matcher(host).matches()).findFirst().ifPresent(host -> {
            throw CommandException.usage(
                    "--host '" + host + "': expected a DNS name or an IP address, without a port and without brackets");
        });
        Path folder = identity.folderAlone(spec.commandLine().getParseResult());
        try {
            PrintWriter out = spec.commandLine().getOut();
            new CertificateFiles(new TlsFolder(folder), InstantSource.system())
                    .make(new Wishes(hosts, newAuthority, renew, newTokenKey))
                    .forEach(out::println);
            out.flush();
        } catch (IOException e) {
            throw CommandException.failed("a file cannot be read or written: " + e.getMessage());
        }
    }
}
