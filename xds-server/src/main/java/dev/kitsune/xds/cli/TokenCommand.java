package dev.kitsune.xds.cli;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.manifest.Environment;
import dev.kitsune.model.manifest.Environment.Selection;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.DidYouMean;
import dev.kitsune.model.read.DurationText;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Signs a token with which a virtual environment can be selected. */
@Command(
        name = "token",
        sortOptions = false,
        description = {
            "Prints a token with which requests can select a virtual environment whose environment asks for one "
                    + "(`selection: {type: Token}`). Standard output has the token and nothing else.",
            "",
            "With --proxy, it makes the token by which a proxy says to `serve --tls` who it is. With --out, it writes a"
                    + " folder with everything that `bootstrap --tls` needs, and prints nothing.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune token} --dir envs --env live --new-key > token     # the first time",
            "  curl -H \"Authorization: Bearer $(${COMMAND-FULL-NAME:-kitsune token} --dir envs --env live --for 1h)\" \\",
            "       -H 'kitsune-env: live' http://127.0.0.1:8080/",
            "",
            "  ${COMMAND-FULL-NAME:-kitsune token} --proxy --tls tls --role gateway --out gateway-tls",
            "  ${COMMAND-FULL-NAME:-kitsune token} --proxy --tls tls --role sidecar --app shop --component cart --version 77aa010 \\",
            "       --for 30d --out cart-tls",
            "",
            "The private key for virtual environments is in DIR/.kitsune/token-keys. Only its owner can read it, and it is never served. The"
                    + " public key is in the Secret that `selection.jwks` names. A new key leaves earlier public keys"
                    + " in force. Remove them from that file to revoke the tokens that they signed.",
            "",
            "Exit codes: 0 printed, 1 it cannot be signed, 2 called wrongly or no such folder."
        })
final class TokenCommand implements Runnable {
    private static final Duration LIFETIME = Duration.ofHours(8);

    @Option(names = "--dir", paramLabel = "DIR", description = "The folder that is served.")
    private @Nullable Path dir;

    @Option(names = "--env", paramLabel = "ENV", description = "The virtual environment.")
    private @Nullable VirtualEnvironmentName virtualEnvironment;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = Lifetime.class,
            description = "How long it is valid: 30m, 8h, 7d. Default: 8h, or 30d for a proxy.")
    private @Nullable Duration lifetime;

    @Option(names = "--new-key", description = "Generate a new pair of keys for this environment, and sign with it.")
    private boolean newKey;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "The private key, a JWK. Default: DIR/.kitsune/token-keys/SECRET.jwk.")
    private @Nullable Path key;

    @Option(names = "--proxy", description = "Make a token by which a proxy says who it is.")
    private boolean proxy;

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

    /** Parses the duration of a token. */
    static final class Lifetime implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            Duration duration = DurationText.parse(text);
            if (duration == null || duration.toSeconds() < 1) {
                throw new TypeConversionException("\"" + text + "\" is not " + DurationText.WORDS);
            }
            return duration;
        }
    }

    @Override
    public void run() {
        if (proxy) {
            if (dir != null || virtualEnvironment != null || newKey || key != null) {
                throw CommandException.usage(
                        "--dir, --env, --key and --new-key are for tokens that select a virtual environment: leave them"
                                + " out, or leave --proxy out");
            }
            Duration given = lifetime == null ? IdentityOptions.LIFETIME : lifetime;
            identity.issuer(spec.commandLine()).token(given);
            return;
        }
        identity.refuse(spec.commandLine().getParseResult());
        if (dir == null || virtualEnvironment == null) {
            throw CommandException.usage("--dir and --env are needed: the folder that is served, and the virtual"
                    + " environment that the token selects; --proxy makes a token for a proxy instead");
        }
        select(dir, virtualEnvironment);
    }

    private void select(Path served, VirtualEnvironmentName selected) {
        Folders.require(served);
        ResolvedInput folder = ResolvedInput.asWritten(served);
        Selection.Token policy = policy(selected, folder.catalog(), folder.snapshot());
        TokenKey signing = TokenKey.ofEnvironment(served, policy.jwks(), key);
        PrintWriter err = spec.commandLine().getErr();
        Instant end = Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(lifetime == null ? LIFETIME : lifetime);
        String token;
        try {
            if (newKey) {
                signing.create();
                err.println("generated a pair of keys: " + signing.publicFile() + " to check tokens, and "
                        + signing.file() + " to sign them, which only you may read");
            }
            token = signing.sign(claims(selected, policy, end));
        } catch (IOException e) {
            throw CommandException.failed("a key cannot be read or written: " + e.getMessage());
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(token);
        out.flush();
        boolean bearer = policy.header().equalsIgnoreCase("Authorization");
        err.println("selects " + selected + " until " + end + ": send it as header " + policy.header()
                + (bearer ? ": Bearer TOKEN" : ": TOKEN") + ", or as cookie " + policy.cookie());
        err.flush();
    }

    private static Selection.Token policy(
            VirtualEnvironmentName virtualEnvironment, Catalog catalog, Snapshot snapshot) {
        ResolvedVirtualEnvironment resolved = snapshot.virtualEnvironment(virtualEnvironment);
        if (resolved == null) {
            throw CommandException.failed("there is no virtual environment " + virtualEnvironment
                    + DidYouMean.hint(
                            virtualEnvironment, snapshot.virtualEnvironments().keySet()));
        }
        String environment = resolved.environment();
        Manifest<?> manifest = catalog.manifests().get(new ObjectKey(Kind.Environment, "", environment));
        Selection selection = manifest != null && manifest.spec() instanceof Environment spec
                ? spec.selection()
                : new Selection.Anyone();
        if (selection instanceof Selection.Token token) {
            return token;
        }
        throw CommandException.failed(
                selection instanceof Selection.Nobody
                        ? "nobody can select " + virtualEnvironment + ", even with a token: environment " + environment
                                + " says `Nobody`"
                        : virtualEnvironment + " needs no token: environment " + environment
                                + " lets anyone select it");
    }

    private static JWTClaimsSet claims(VirtualEnvironmentName virtualEnvironment, Selection.Token policy, Instant end) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .claim(policy.claim(), virtualEnvironment.value())
                .issueTime(Date.from(Instant.now()))
                .expirationTime(Date.from(end));
        if (policy.issuer() != null) {
            claims.issuer(policy.issuer());
        }
        if (policy.audience() != null) {
            claims.audience(policy.audience());
        }
        return claims.build();
    }
}
