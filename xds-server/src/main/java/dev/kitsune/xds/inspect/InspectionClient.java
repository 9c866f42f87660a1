package dev.kitsune.xds.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads the inspection API of a running server. */
public final class InspectionClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int PAGE = 500;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final URI server;

    /** {@code server}: its address for people, such as {@code http://127.0.0.1:18001} */
    public InspectionClient(URI server) {
        this.server = server;
    }

    /** Returns one answer. {@code path}: such as {@code /api/status} */
    public JsonNode one(String path) throws IOException, InterruptedException {
        URI uri = server.resolve(path);
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(uri + " answers " + response.statusCode());
        }
        return JSON.readTree(response.body());
    }

    /** Returns all items of a list. {@code path}: without a query */
    public List<JsonNode> all(String path) throws IOException, InterruptedException {
        List<JsonNode> items = new ArrayList<>();
        JsonNode page;
        do {
            page = one(path + "?limit=" + PAGE + "&offset=" + items.size());
            page.path("items").forEach(items::add);
        } while (!page.path("items").isEmpty()
                && items.size() < page.path("total").asInt());
        return items;
    }
}
