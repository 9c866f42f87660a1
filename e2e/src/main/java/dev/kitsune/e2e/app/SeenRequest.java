package dev.kitsune.e2e.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Locale;
import java.util.TreeSet;

/** A request that a stand-in received, as JSON. Credentials are shortened, and a body is its length and digest. */
final class SeenRequest {
    static final ObjectMapper JSON = new ObjectMapper();

    private SeenRequest() {}

    static ObjectNode of(Context context) {
        ObjectNode seen = JSON.createObjectNode();
        seen.put("method", context.method().name());
        seen.put("path", context.path());
        String query = context.queryString();
        seen.put("query", query == null ? "" : query);
        seen.put("protocol", context.req().getProtocol());
        ObjectNode headers = seen.putObject("headers");
        for (String name : new TreeSet<>(Collections.list(context.req().getHeaderNames()))) {
            ArrayNode values = headers.withArray(name.toLowerCase(Locale.ROOT));
            for (String value : Collections.list(context.req().getHeaders(name))) {
                String text = utf8(value);
                values.add(Credential.isIn(name) ? Credential.shorten(text) : text);
            }
        }
        byte[] body = context.bodyAsBytes();
        seen.put("bodyBytes", body.length);
        seen.put("bodyDigest", Credential.shorten(new String(body, StandardCharsets.ISO_8859_1)));
        return seen;
    }

    /** Decodes a header again as UTF-8, because servlets read the bytes as Latin-1. */
    private static String utf8(String latin1) {
        return latin1.chars().allMatch(c -> c < 0x100)
                ? new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
                : latin1;
    }
}
