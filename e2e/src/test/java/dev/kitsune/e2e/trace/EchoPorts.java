package dev.kitsune.e2e.trace;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.PlainServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stand-ins for apps and adapters: many ports, each of which says that it was reached, and with what. */
final class EchoPorts implements AutoCloseable {
    static final String MARK = "x-echo";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LoopbackPorts ports;
    private final Map<String, Integer> known = new HashMap<>();
    private final List<HttpServer> servers = new ArrayList<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(16);

    EchoPorts(LoopbackPorts ports) {
        this.ports = ports;
    }

    /** Where something answers; it begins to with the first question. */
    int of(String name) {
        Integer port = known.get(name);
        if (port == null) {
            port = start();
            known.put(name, port);
        }
        return port;
    }

    /** Somebody else answers there. */
    void put(String name, int port) {
        known.put(name, port);
    }

    private int start() {
        try {
            int port = ports.next();
            servers.add(PlainServer.start(port, threads, exchange -> answer(port, exchange)));
            return port;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void answer(int port, HttpExchange exchange) throws IOException {
        ObjectNode seen = JSON.createObjectNode().put("port", port);
        seen.put("path", exchange.getRequestURI().toString());
        ObjectNode headers = seen.putObject("headers");
        exchange.getRequestHeaders()
                .forEach((name, values) -> values.forEach(value -> headers.withArray(name.toLowerCase(Locale.ROOT))
                        .add(new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))));
        byte[] body = JSON.writeValueAsBytes(seen);
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().add(MARK, "1");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        servers.forEach(server -> server.stop(0));
        threads.shutdownNow();
    }
}
