package dev.kitsune.xds.inject;

import dev.kitsune.k8s.inject.Admission;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.javalin.util.JavalinBindException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTPS server of the webhook. It needs no login, because it keeps nothing and shows nothing: who sends a pod gets
 * back what a sidecar in it would be.
 */
public final class InjectServer implements AutoCloseable {
    /** The path for pods with the label, and for those of no particular namespace. */
    public static final String PATH = "/inject";

    /** The path for pods of a namespace with the label. */
    public static final String NAMESPACE_PATH = "/inject/namespace";

    private static final Logger LOG = LoggerFactory.getLogger(InjectServer.class);

    /** The API server stores no object that is larger. */
    private static final long MAX_BODY_BYTES = 3L << 20;

    private static final Duration IDLE = Duration.ofSeconds(30);

    private final Javalin server;

    private InjectServer(Javalin server) {
        this.server = server;
    }

    /**
     * Starts to listen. Until there is a certificate, connections fail.
     *
     * @param keys the certificate of this process, which may change
     */
    public static InjectServer start(InjectPort port, X509ExtendedKeyManager keys) throws WebhookListenException {
        SSLContext tls = context(keys);
        Admission admission = new Admission(port.injector());
        Javalin server = Javalin.create(config -> {
            configure(config);
            config.jetty.addConnector((jetty, http) -> connector(jetty, http, tls, port.address()));
            config.routes.post(PATH, request -> answer(request, admission, false));
            config.routes.post(NAMESPACE_PATH, request -> answer(request, admission, true));
        });
        try {
            return new InjectServer(server.start());
        } catch (JavalinBindException e) {
            server.stop();
            throw new WebhookListenException(port.address(), e);
        }
    }

    private static SSLContext context(KeyManager keys) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {keys}, null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }

    private static ServerConnector connector(
            Server jetty, HttpConfiguration http, SSLContext tls, InetSocketAddress address) {
        SslContextFactory.Server factory = new SslContextFactory.Server();
        factory.setSslContext(tls);
        ServerConnector connector = new ServerConnector(
                jetty, new SslConnectionFactory(factory, "http/1.1"), new HttpConnectionFactory(http));
        connector.setHost(address.getHostString());
        connector.setPort(address.getPort());
        connector.setIdleTimeout(IDLE.toMillis());
        return connector;
    }

    private static void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.startupWatcherEnabled = false;
        config.http.maxRequestSize = MAX_BODY_BYTES;
        config.routes.exception(Exception.class, (e, request) -> {
            LOG.error("A fault of Kitsune, please report it: a pod was not answered", e);
            request.status(HttpStatus.INTERNAL_SERVER_ERROR).result("a fault of Kitsune; its log says more\n");
        });
    }

    private static void answer(Context request, Admission admission, boolean namespaceEnabled) {
        Optional<String> answer = admission.answer(request.body(), namespaceEnabled);
        if (answer.isPresent()) {
            request.contentType("application/json").result(answer.get());
        } else {
            request.status(HttpStatus.BAD_REQUEST)
                    .result("expected an AdmissionReview of admission.k8s.io/v1 with a request\n");
        }
    }

    /** The server with all of its paths, for a test that knows each of them. */
    Javalin paths() {
        return server;
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }
}
