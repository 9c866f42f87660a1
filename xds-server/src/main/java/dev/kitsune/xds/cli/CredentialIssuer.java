package dev.kitsune.xds.cli;

import dev.kitsune.xds.access.ProxyIdentity;
import dev.kitsune.xds.access.ProxyToken;
import dev.kitsune.xds.access.TlsFolder;
import dev.kitsune.xds.tls.KeyedCertificate;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Issues the credentials of one proxy, with the private keys in a TLS folder. */
record CredentialIssuer(
        ProxyIdentity identity, TlsFolder tls, @Nullable ProxyFolder out, CommandLine command) {
    /** Prints a token, or writes it. */
    void token(Duration lifetime) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Instant end = now.plus(lifetime);
        try {
            String token = CertificateFiles.tokenKey(tls).sign(ProxyToken.claims(identity, now, end));
            if (out == null) {
                PrintWriter to = command.getOut();
                to.println(token);
                to.flush();
            } else {
                out.write(Files.readString(tls.file(TlsFolder.AUTHORITIES)), token);
            }
            tell("token", end);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Writes a client certificate. */
    void certificate(Duration lifetime) {
        if (out == null) {
            throw CommandException.usage("--proxy needs --out: the folder to write the certificate and its key to");
        }
        KeyedCertificate issued = new CertificateFiles(tls, InstantSource.system())
                .authority()
                .client(identity.name(), identity.uri(), lifetime);
        try {
            out.write(Files.readString(tls.file(TlsFolder.AUTHORITIES)), issued);
            tell("client certificate", issued.certificate().getNotAfter().toInstant());
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void tell(String what, Instant end) {
        PrintWriter err = command.getErr();
        err.println("a " + what + " for " + identity.name() + ", which may be " + identity.rights() + ", until " + end
                + (out == null
                        ? ""
                        : ": written to " + out.folder() + ", for `kitsune bootstrap --tls " + out.place() + "`"));
        err.flush();
    }

    private static CommandException failed(IOException e) {
        return CommandException.failed("a file cannot be read or written: " + e.getMessage());
    }
}
