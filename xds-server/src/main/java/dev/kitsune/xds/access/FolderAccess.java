package dev.kitsune.xds.access;

import com.google.common.hash.Hashing;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.kitsune.xds.access.TlsFolder.Content;
import dev.kitsune.xds.access.TlsFolder.FileTexts;
import dev.kitsune.xds.access.TlsFolder.UnusableFileException;
import dev.kitsune.xds.identity.CallRefusedException;
import dev.kitsune.xds.identity.Caller;
import dev.kitsune.xds.identity.Caller.Identified;
import dev.kitsune.xds.identity.CallerCheck;
import dev.kitsune.xds.identity.CallerStanding;
import dev.kitsune.xds.identity.Credentials;
import dev.kitsune.xds.identity.PortAccess;
import dev.kitsune.xds.peer.AuthorityListener;
import dev.kitsune.xds.tls.KeyedCertificate;
import io.grpc.TlsServerCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Access for the proxies to which {@code kitsune certs} and {@code kitsune token --proxy} have given credentials. It
 * follows the files of the folder. A changed file that cannot be used changes nothing.
 */
public final class FolderAccess implements CallerCheck, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FolderAccess.class);

    private final TlsFolder folder;
    private final InstantSource clock;
    private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
    private final ScheduledExecutorService everySecond;

    /** Only what has proved right is kept, by a digest, until it ends. */
    private final Map<String, Believed> believed = new ConcurrentHashMap<>();

    private FileTexts texts;
    private volatile Trust trust;
    private volatile @Nullable FolderAuthority authority;
    private String fault = "";
    private String told = "";

    private record Believed(Evidence evidence, Identified caller) {}

    /** Reads the folder, and follows it. */
    @SuppressWarnings("FutureReturnValueIgnored") // Each look catches what goes wrong.
    public static FolderAccess open(TlsFolder folder, InstantSource clock) throws UnusableFileException {
        FolderAccess access = new FolderAccess(folder, clock);
        access.everySecond.scheduleWithFixedDelay(access::look, 1, 1, TimeUnit.SECONDS);
        return access;
    }

    FolderAccess(TlsFolder folder, InstantSource clock) throws UnusableFileException {
        this.folder = folder;
        this.clock = clock;
        this.texts = folder.texts();
        Content content = folder.content(texts);
        this.trust = new Trust(content.authorities(), content.tokenKeys(), clock);
        show(content.server());
        this.everySecond = Executors.newSingleThreadScheduledExecutor(new ThreadFactoryBuilder()
                .setNameFormat("tls-folder")
                .setDaemon(true)
                .build());
    }

    /** Tells from now on who signs the certificates of proxies. */
    public void followAuthority(AuthorityListener listener) {
        FolderAuthority following = new FolderAuthority(folder, clock, listener);
        following.look();
        authority = following;
    }

    public PortAccess access() {
        return new PortAccess(
                this,
                TlsServerCredentials.newBuilder()
                        .keyManager(keys)
                        .trustManager(new AnyClient())
                        .clientAuth(TlsServerCredentials.ClientAuth.OPTIONAL)
                        .build());
    }

    /** Connections that are open keep the certificate that they know. */
    private void show(KeyedCertificate server) {
        keys.updateIdentityCredentials(server.chain().toArray(X509Certificate[]::new), server.key());
    }

    @Override
    public CompletionStage<Caller> check(Credentials credentials) {
        try {
            return CompletableFuture.completedFuture(known(credentials));
        } catch (CallRefusedException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Caller known(Credentials credentials) throws CallRefusedException {
        if (credentials.isEmpty()) {
            trust.check(credentials);
        }
        String digest = digest(credentials);
        Believed before = believed.get(digest);
        if (before != null && clock.instant().isBefore(before.evidence().end())) {
            return before.caller();
        }
        Trust asked = trust;
        Evidence evidence = asked.check(credentials);
        ProxyIdentity identity = evidence.identity();
        Believed fresh =
                new Believed(evidence, new Identified(identity.name(), identity.rights(), new CallerStanding()));
        Believed other = believed.putIfAbsent(digest, fresh);
        if (!trust.equals(asked)) {
            // Who was asked may be no longer trusted, and the look at what is believed may have missed this.
            lookAtBelieved();
        }
        return (other == null ? fresh : other).caller();
    }

    private static String digest(Credentials credentials) {
        if (credentials.token() != null) {
            return "token " + Hashing.sha256().hashString(credentials.token(), StandardCharsets.UTF_8);
        }
        try {
            return "certificate "
                    + Hashing.sha256()
                            .hashBytes(credentials.certificates().get(0).getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that came encoded", e);
        }
    }

    /** Looks at the files and at the clock. */
    void look() {
        try {
            read();
            lookAtBelieved();
            FolderAuthority following = authority;
            if (following != null) {
                following.look();
            }
        } catch (RuntimeException e) {
            LOG.error("the folder {} could not be followed", folder.folder(), e);
        }
    }

    private void read() {
        try {
            FileTexts now = folder.texts();
            if (!now.equals(texts)) {
                Content content = folder.content(now);
                show(content.server());
                trust = new Trust(content.authorities(), content.tokenKeys(), clock);
                texts = now;
                LOG.info(
                        "serving with the files of {} as they are now; the certificate is valid until {}",
                        folder.folder(),
                        content.server().certificate().getNotAfter().toInstant());
            }
            fault = "";
            told = "";
        } catch (UnusableFileException e) {
            told(String.valueOf(e.getMessage()));
        }
    }

    /** Files are replaced one after the other, so a fault is told when it is there twice. */
    private void told(String found) {
        if (found.equals(fault) && !found.equals(told)) {
            told = found;
            LOG.warn("{}. What was read before stays in force", found);
        }
        fault = found;
    }

    private void lookAtBelieved() {
        believed.forEach((digest, each) -> {
            try {
                each.evidence().check(trust);
            } catch (CallRefusedException e) {
                believed.remove(digest, each);
                each.caller().standing().end(e.status());
            }
        });
    }

    @Override
    public void close() {
        everySecond.shutdownNow();
    }
}
