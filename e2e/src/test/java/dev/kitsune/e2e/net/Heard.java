package dev.kitsune.e2e.net;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What a client got.
 *
 * @param text of all answers, as Latin-1
 * @param end empty, or why there was no more: {@code closed}, {@code refused}, {@code reset}, {@code silent}
 */
record Heard(String text, String end) {
    /** Returns the status of an answer of HTTP/1; 0 if it is none. */
    int status() {
        return text.matches("(?s)HTTP/1\\.[01] [0-9]{3}.*") ? Integer.parseInt(text.substring(9, 12)) : 0;
    }

    /** Returns the request that an app saw, from its answer. */
    JsonNode seen() {
        try {
            return new ObjectMapper().readTree(text.substring(text.indexOf('{'), text.lastIndexOf('}') + 1));
        } catch (JsonProcessingException | StringIndexOutOfBoundsException e) {
            throw new AssertionError("no app answered, but: " + text + " " + end, e);
        }
    }

    /** Returns the version of the app that answered. */
    String version() {
        return seen().path("version").asText();
    }
}
