package dev.kitsune.e2e.envoy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.e2e.http.PlainClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A client of an Envoy's admin port. */
public final class EnvoyAdmin {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = PlainClient.create();
    private final int port;

    EnvoyAdmin(int port) {
        this.port = port;
    }

    /** Whether Envoy serves. The result is false if nothing listens yet. */
    public boolean isReady() throws InterruptedException {
        try {
            return send("GET", "/ready").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns the counters and gauges whose names match the regular expression, sorted by name. */
    public Map<String, Long> stats(String regex) throws IOException, InterruptedException {
        Map<String, Long> stats = new TreeMap<>();
        for (String type : List.of("Counters", "Gauges")) {
            get("/stats?type=" + type + "&filter=" + encode(regex)).lines().forEach(line -> addStat(stats, line));
        }
        return stats;
    }

    /** Returns the sum of the counters and gauges whose names match. */
    public long sum(String regex) throws IOException, InterruptedException {
        return stats(regex).values().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns the whole configuration, including endpoints. */
    public JsonNode configDump() throws IOException, InterruptedException {
        return JSON.readTree(get("/config_dump?include_eds"));
    }

    /** Returns the text of an admin page such as {@code /clusters}. */
    public String get(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = send("GET", path);
        if (response.statusCode() != 200) {
            throw new IOException("Envoy's admin answered " + response.statusCode() + " to " + path + ": "
                    + response.body().strip());
        }
        return response.body();
    }

    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(20))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    private static void addStat(Map<String, Long> stats, String line) {
        int colon = line.lastIndexOf(": ");
        if (colon > 0) {
            stats.put(
                    line.substring(0, colon),
                    Long.parseLong(line.substring(colon + 2).strip()));
        }
    }

    private static String encode(String text) {
        return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
