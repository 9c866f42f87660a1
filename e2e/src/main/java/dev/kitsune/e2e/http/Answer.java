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
 * What came back for a call.
 *
 * @param headers of the answer, names in lower case; of a call further in none are known
 * @param body what a stand-in said of the request that it got, or the text of a proxy's own answer
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

    /** Which component version answered, as {@code cart@77aa010}; empty when none did. */
    public String component() {
        return body.has("component")
                ? body.path("component").asText() + "@" + body.path("version").asText()
                : "";
    }

    /** The values of a header as the app or API got it; credentials shortened. */
    public List<String> saw(String header) {
        return StreamSupport.stream(body.path("headers").path(header).spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /** The one value of a header as the app got it; empty when it got none. */
    public String sawOne(String header) {
        List<String> values = saw(header);
        return values.size() == 1 ? values.get(0) : values.isEmpty() ? "" : values.toString();
    }

    /** The credential with which the payment API was called, shortened. */
    public String credential() {
        return body.path("credential").asText();
    }

    /** The path on which it arrived, with its query. */
    public String path() {
        String query = body.path("query").asText();
        return body.path("path").asText() + (query.isEmpty() ? "" : "?" + query);
    }

    /** The calls that the app made for this one. */
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

    /** The first of the calls that the app made for this one. */
    public Answer call() {
        return calls().get(0);
    }

    /** The answer as text. */
    public String text() {
        return body.isTextual() ? body.asText() : body.toString();
    }
}
