package dev.kitsune.xds.cli;

import com.google.common.net.InetAddresses;
import dev.kitsune.xds.access.TlsFolder;
import dev.kitsune.xds.tls.CertificateAuthority;
import dev.kitsune.xds.tls.KeyFiles;
import dev.kitsune.xds.tls.KeyFiles.Readers;
import dev.kitsune.xds.tls.KeyedCertificate;
import dev.kitsune.xds.tls.Pem;
import dev.kitsune.xds.tls.PemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/** Makes and renews the files of a TLS folder. What is valid stays. */
record CertificateFiles(TlsFolder tls, InstantSource clock) {
    private static final List<String> THIS_MACHINE = List.of("localhost", "127.0.0.1", "::1");

    /** What the user wants beyond what is needed. */
    record Wishes(List<String> hosts, boolean newAuthority, boolean renew, boolean newTokenKey) {}

    static TokenKey tokenKey(TlsFolder tls) {
        return new TokenKey(
                tls.file(TlsFolder.TOKEN_KEY), tls.file(TlsFolder.TOKEN_KEYS), "`kitsune certs --new-token-key`");
    }

    /** Makes what is missing or due. Returns what it did, as sentences. */
    List<String> make(Wishes wishes) throws IOException {
        List<String> done = new ArrayList<>();
        KeyFiles.createFolder(tls.folder());
        authority(wishes, done);
        server(wishes, done);
        Path tokenKey = tls.file(TlsFolder.TOKEN_KEY);
        if (wishes.newTokenKey() || !Files.exists(tokenKey)) {
            tokenKey(tls).create();
            done.add("made " + tokenKey + ", which signs tokens: keep it secret");
        } else {
            done.add("kept " + tokenKey);
        }
        return done;
    }

    private void authority(Wishes wishes, List<String> done) throws IOException {
        Path file = tls.file(TlsFolder.AUTHORITIES);
        Path key = tls.file(TlsFolder.AUTHORITY_KEY);
        boolean exists = Files.exists(file) || Files.exists(key);
        if (exists && !wishes.newAuthority()) {
            done.add("kept the CA in " + file + ", valid until "
                    + end(authority().own()));
            return;
        }
        List<X509Certificate> trusted = new ArrayList<>();
        CertificateAuthority made = CertificateAuthority.create(clock);
        trusted.add(made.own().certificate());
        if (exists) {
            trusted.addAll(authority().own().chain());
        }
        // An authority without its key does less harm than a key that fits no certificate, so the key comes last.
        KeyFiles.replace(file, Pem.of(trusted), Readers.ALL);
        KeyFiles.replace(key, made.own().keyPem(), Readers.OWNER);
        done.add((exists ? "made a new CA, and still trust the earlier one in " : "made the CA ") + file
                + ", valid until " + end(made.own()) + "; its key is " + key + ": keep it secret");
    }

    /** Returns the CA, which must exist. */
    CertificateAuthority authority() {
        Path file = tls.file(TlsFolder.AUTHORITIES);
        Path key = tls.file(TlsFolder.AUTHORITY_KEY);
        try {
            if (KeyFiles.isExposed(key)) {
                throw CommandException.failed("others may read the private key " + key
                        + ": if nobody did, chmod 600 it; else make a new CA with `kitsune certs --new-ca`");
            }
            return new CertificateAuthority(KeyedCertificate.of(Files.readString(file), Files.readString(key)), clock);
        } catch (IOException e) {
            throw CommandException.failed("the CA needs both " + file + " and " + key
                    + ", and one of them cannot be read: " + e.getMessage());
        } catch (PemException e) {
            throw CommandException.failed(file + " or " + key + " " + e.getMessage()
                    + ": put back what belongs together, or choose another folder");
        }
    }

    private void server(Wishes wishes, List<String> done) throws IOException {
        Path file = tls.file(TlsFolder.SERVER);
        Path key = tls.file(TlsFolder.SERVER_KEY);
        KeyedCertificate before = Files.exists(file) && Files.exists(key) ? server(file, key) : null;
        List<String> earlier = before == null ? THIS_MACHINE : hosts(before.certificate());
        List<String> hosts = wishes.hosts().isEmpty() ? earlier : wishes.hosts();
        if (before != null && !wishes.renew() && hosts.equals(earlier) && isFresh(before.certificate())) {
            done.add("kept " + file + " for " + String.join(", ", hosts) + ", valid until " + end(before));
            return;
        }
        KeyedCertificate issued = authority().server(hosts, CertificateAuthority.SERVER_LIFETIME);
        KeyFiles.replace(key, issued.keyPem(), Readers.OWNER);
        KeyFiles.replace(file, issued.certificatePem(), Readers.ALL);
        done.add((before == null ? "made " : "renewed ") + file + " for " + String.join(", ", hosts) + ", valid until "
                + end(issued));
    }

    private static KeyedCertificate server(Path file, Path key) throws IOException {
        try {
            return KeyedCertificate.of(Files.readString(file), Files.readString(key));
        } catch (PemException e) {
            throw CommandException.failed(
                    file + " or " + key + " " + e.getMessage() + ": remove both, and run this command again");
        }
    }

    /** It is renewed when a third of its time is left, or when nobody trusts it any more. */
    private boolean isFresh(X509Certificate certificate) {
        Instant begin = certificate.getNotBefore().toInstant();
        Instant end = certificate.getNotAfter().toInstant();
        Instant due = begin.plus(Duration.between(begin, end).multipliedBy(2).dividedBy(3));
        return clock.instant().isBefore(due)
                && authority().own().chain().stream().anyMatch(ca -> signed(ca, certificate));
    }

    private static boolean signed(X509Certificate authority, X509Certificate certificate) {
        try {
            certificate.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static List<String> hosts(X509Certificate certificate) {
        try {
            Collection<List<?>> names =
                    Objects.requireNonNullElse(certificate.getSubjectAlternativeNames(), List.<List<?>>of());
            return names.stream()
                    .map(name -> short6(String.valueOf(name.get(1))))
                    .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    /** The JDK writes an IPv6 address out. */
    private static String short6(String host) {
        return InetAddresses.isInetAddress(host) ? InetAddresses.toAddrString(InetAddresses.forString(host)) : host;
    }

    private static Instant end(KeyedCertificate certificate) {
        return certificate.certificate().getNotAfter().toInstant();
    }
}
