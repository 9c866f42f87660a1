package dev.kitsune.k8s.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.kitsune.model.stored.StoredJson;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** Records as the maps of which the API server's objects consist. */
public final class StatusJson {
    /** During an update, an older replica reads what a newer one has written. */
    private static final ObjectMapper MAPPER =
            StoredJson.mapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private static final ObjectWriter SORTED = MAPPER.writer().with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private StatusJson() {}

    public static Map<String, Object> map(Object form) {
        return MAPPER.convertValue(form, new TypeReference<>() {});
    }

    /** @throws IllegalArgumentException if the map is not in that form */
    static <T> T read(Object map, Class<T> form) {
        return MAPPER.convertValue(map, form);
    }

    /** Returns the JSON of a map. The order of its fields does not matter. */
    static String text(Object map) {
        try {
            return SORTED.writeValueAsString(map);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the map that became this JSON. */
    static Object parse(String text) {
        try {
            return MAPPER.readValue(text, Object.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a text that distinguishes this content from every other. The order of its fields does not matter. */
    public static String digest(Object map) {
        try {
            byte[] text = text(map).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
