package dev.kitsune.e2e.trace;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Stand-ins for apps and adapters at many ports. Each answers with its port and its request. They support HTTP/1.1, and
 * HTTP/2 for gRPC calls.
 */
final class EchoPorts implements AutoCloseable {
    static final String MARK = "x-echo";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LoopbackPorts ports;
    private final Map<String, Integer> known = new HashMap<>();
    private final Server server = new Server(new QueuedThreadPool(200));

    EchoPorts(LoopbackPorts ports) {
        this.ports = ports;
        server.setHandler(new Echo());
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException("the stand-ins do not start", e);
        }
    }

    /** Returns the port of a stand-in, which is started with the first call of this method. */
    int of(String name) {
        Integer port = known.get(name);
        if (port == null) {
            port = start();
            known.put(name, port);
        }
        return port;
    }

    /** Sets the port of a name that somebody else serves. */
    void put(String name, int port) {
        known.put(name, port);
    }

    private int start() {
        HttpConfiguration http = new HttpConfiguration();
        // The test and not this server must judge the requests.
        http.setUriCompliance(UriCompliance.UNSAFE);
        ServerConnector connector = new ServerConnector(
                server, 1, 1, new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http));
        connector.setHost("127.0.0.1");
        connector.setIdleTimeout(3_600_000);
        try {
            connector.setPort(ports.next());
            server.addConnector(connector);
            connector.start();
        } catch (Exception e) {
            throw new IllegalStateException("a stand-in does not start", e);
        }
        return connector.getPort();
    }

    private static final class Echo extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) throws IOException {
            ObjectNode seen = JSON.createObjectNode().put("port", Request.getLocalPort(request));
            seen.put("path", request.getHttpURI().getPathQuery());
            ObjectNode headers = seen.putObject("headers");
            for (HttpField field : request.getHeaders()) {
                headers.withArray(field.getName().toLowerCase(Locale.ROOT))
                        .add(new String(
                                field.getValue().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
            }
            if (request.getHttpURI().getAuthority() != null
                    && !request.getHeaders().contains("host")) {
                headers.withArray("host").add(request.getHttpURI().getAuthority());
            }
            Request.asInputStream(request).readAllBytes();
            response.getHeaders().add(MARK, "1");
            response.write(true, ByteBuffer.wrap(JSON.writeValueAsBytes(seen)), callback);
            return true;
        }
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the stand-ins do not stop", e);
        }
    }
}
