package dev.kitsune.e2e.trace;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.PlainServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stand-ins that only mirrored calls reach. They record the original request of each, and its virtual environment.
 */
final class CopyPorts implements AutoCloseable {
    /** The header with the number of a request. */
    static final String NUMBER = "x-number";

    private final LoopbackPorts ports;
    private final Map<String, Integer> known = new HashMap<>();
    private final List<HttpServer> servers = new ArrayList<>();
    private final Map<String, Set<Integer>> copies = new HashMap<>();
    private final Map<Integer, Set<String>> virtualEnvironments = new HashMap<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(4);

    CopyPorts(LoopbackPorts ports) {
        this.ports = ports;
    }

    int of(String name) {
        return known.computeIfAbsent(name, n -> start());
    }

    /**
     * Returns the ports at which mirrored copies of a request arrived. It waits for expected copies until a time,
     * because nobody else waits for them.
     */
    synchronized Set<Integer> of(int number, Set<Integer> awaited, Instant end) throws InterruptedException {
        Set<Integer> arrived = copies.getOrDefault(Integer.toString(number), Set.of());
        while (!arrived.containsAll(awaited) && Instant.now().isBefore(end)) {
            wait(Math.max(1, Duration.between(Instant.now(), end).toMillis()));
            arrived = copies.getOrDefault(Integer.toString(number), Set.of());
        }
        return Set.copyOf(arrived);
    }

    /** Returns the virtual environments of mirrored calls, by the names of the stand-ins that they reached. */
    synchronized Map<String, Set<String>> virtualEnvironments() {
        Map<String, Set<String>> named = new HashMap<>();
        known.forEach((name, port) -> named.put(name, virtualEnvironments.getOrDefault(port, Set.of())));
        return named;
    }

    private int start() {
        try {
            int port = ports.next();
            servers.add(PlainServer.start(port, threads, exchange -> answer(port, exchange)));
            return port;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(int port, HttpExchange exchange) throws IOException {
        Headers headers = exchange.getRequestHeaders();
        if (headers.containsKey(NUMBER)) {
            note(port, headers.getFirst(NUMBER), headers.getOrDefault("kitsune-env", List.of()));
        }
        exchange.getRequestBody().readAllBytes();
        // A copy on a connection that is being closed would be lost, so no connection is used twice.
        exchange.getResponseHeaders().add("connection", "close");
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private synchronized void note(int port, String number, List<String> virtualEnvironment) {
        copies.computeIfAbsent(number, n -> new HashSet<>()).add(port);
        virtualEnvironments.computeIfAbsent(port, n -> new HashSet<>()).add(String.join(", ", virtualEnvironment));
        notifyAll();
    }

    @Override
    public void close() {
        servers.forEach(server -> server.stop(0));
        threads.shutdownNow();
    }
}
