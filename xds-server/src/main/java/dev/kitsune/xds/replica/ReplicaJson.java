package dev.kitsune.xds.replica;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.StringValue;
import dev.kitsune.model.stored.StoredJson;

/** The messages between replicas as JSON. */
final class ReplicaJson {
    /** A newer replica may say more than this one understands. */
    private static final ObjectMapper JSON =
            StoredJson.mapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private ReplicaJson() {}

    static StringValue message(Record message) {
        try {
            return StringValue.of(JSON.writeValueAsString(message));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a message that we made has a JSON form", e);
        }
    }

    static <T extends Record> T read(StringValue message, Class<T> type) throws JsonProcessingException {
        return JSON.readValue(message.getValue(), type);
    }
}
