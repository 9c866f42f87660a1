package dev.kitsune.e2e.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * The answer to a call.
 *
 * @param headers the headers by lower-case name; empty for a call that an app made
 * @param body the request that a stand-in received, or the text of a proxy's own answer
 */
public record Answer(int status, Map<String, List<String>> headers, JsonNode body) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Answer of(int status, Map<String, List<String>> headers, String body) {
        try {
            JsonNode json = JSON.readTree(body);
            return new Answer(status, headers, json.isObject() ? json : new TextNode(body));
        } catch (JsonProcessingException e) {
            return new Answer(status, headers, new TextNode(body));
        }
    }

    /** Returns the component version that answered, such as {@code cart@77aa010}; empty for none. */
    public String component() {
        return body.has("component")
                ? body.path("component").asText() + "@" + body.path("version").asText()
                : "";
    }

    /** Returns the values of a header that the app or API received. Credentials are shortened. */
    public List<String> received(String header) {
        return StreamSupport.stream(body.path("headers").path(header).spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /** Returns the value of a header that the app received; empty for none. */
    public String receivedOne(String header) {
        List<String> values = received(header);
        return values.size() == 1 ? values.get(0) : values.isEmpty() ? "" : values.toString();
    }

    /** Returns the shortened credential of a call to the payment API. */
    public String credential() {
        return body.path("credential").asText();
    }

    /** Returns the path and query that the app received. */
    public String path() {
        String query = body.path("query").asText();
        return body.path("path").asText() + (query.isEmpty() ? "" : "?" + query);
    }

    /** Returns the answers to the calls that the app made for this one. */
    public List<Answer> calls() {
        List<Answer> calls = new ArrayList<>();
        for (JsonNode call : body.path("calls")) {
            calls.add(new Answer(
                    call.path("status").asInt(),
                    Map.of(),
                    call.has("answer") ? call.path("answer") : NullNode.getInstance()));
        }
        return List.copyOf(calls);
    }

    /** Returns the answer to the first call that the app made for this one. */
    public Answer call() {
        return calls().get(0);
    }

    /** Returns the answer as text. */
    public String text() {
        return body.isTextual() ? body.asText() : body.toString();
    }
}
