package dev.kitsune.e2e.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kitsune.e2e.http.PlainClient;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;

/** The calls that an app makes through its sidecar. */
final class OutboundCalls {
    private static final Duration LONGER_THAN_ANY_SIDECAR = Duration.ofSeconds(60);

    private final HttpClient client = PlainClient.create();
    private final int port;

    OutboundCalls(int port) {
        this.port = port;
    }

    /**
     * Makes one call, and returns its answer as JSON with the fields {@code url}, {@code status} and {@code answer}.
     *
     * @param url the URL, whose host goes into {@code Host}; the connection goes to the sidecar
     * @param pass the names of headers that are passed on unchanged; {@code name=value} adds another header
     */
    ObjectNode call(String url, Context incoming, Set<String> pass) throws IOException, InterruptedException {
        URI target = URI.create(url);
        String path = target.getRawPath().isEmpty() ? "/" : target.getRawPath();
        String query = target.getRawQuery() == null ? "" : "?" + target.getRawQuery();
        byte[] body = incoming.bodyAsBytes();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path + query))
                .timeout(LONGER_THAN_ANY_SIDECAR)
                .method(
                        incoming.method().name(),
                        body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
                .header("host", target.getRawAuthority());
        for (String header : pass) {
            int equals = header.indexOf('=');
            if (equals > 0) {
                request.header(header.substring(0, equals), header.substring(equals + 1));
            } else {
                java.util.Collections.list(incoming.req().getHeaders(header))
                        .forEach(value -> request.header(header, value));
            }
        }
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        ObjectNode called = SeenRequest.JSON.createObjectNode();
        called.put("url", url);
        called.put("status", response.statusCode());
        called.set("answer", json(response.body()));
        return called;
    }

    /** Parses an answer of an app as JSON. A sidecar's own answers are text. */
    private static JsonNode json(String body) {
        try {
            JsonNode json = SeenRequest.JSON.readTree(body);
            return json.isObject() ? json : SeenRequest.JSON.getNodeFactory().textNode(body);
        } catch (JsonProcessingException e) {
            return SeenRequest.JSON.getNodeFactory().textNode(body);
        }
    }
}
