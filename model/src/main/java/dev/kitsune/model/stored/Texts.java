package dev.kitsune.model.stored;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The JSON forms of keys and of types that are not records. */
final class Texts {
    private Texts() {}

    /** Something that is a text, read back from it. */
    static final class Reader<T> extends StdDeserializer<T> {
        private static final long serialVersionUID = 1;
        private final transient Function<String, T> parse;

        Reader(Class<T> type, Function<String, T> parse) {
            super(type);
            this.parse = parse;
        }

        @Override
        public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return parse.apply(parser.getText());
        }
    }

    /** Something that is a key of a map, read back from its {@code toString}. */
    static final class Key extends KeyDeserializer {
        private final Function<String, Object> parse;

        Key(Function<String, Object> parse) {
            this.parse = parse;
        }

        @Override
        public Object deserializeKey(String key, DeserializationContext context) {
            return parse.apply(key);
        }
    }

    /**
     * A number is written as {@code {"number": "1.10"}}, so that it keeps its digits. All other values are written as
     * they are.
     */
    static final class ValueWriter extends StdSerializer<Value> {
        private static final long serialVersionUID = 1;

        ValueWriter() {
            super(Value.class);
        }

        @Override
        public void serialize(Value value, JsonGenerator json, SerializerProvider provider) throws IOException {
            if (value instanceof Value.Text text) {
                json.writeString(text.text());
            } else if (value instanceof Value.Bool bool) {
                json.writeBoolean(bool.value());
            } else if (value instanceof Value.Numeric number) {
                json.writeStartObject();
                json.writeStringField("number", number.text());
                json.writeEndObject();
            } else if (value instanceof Value.Array array) {
                json.writeStartArray();
                for (Value element : array.elements()) {
                    serialize(element, json, provider);
                }
                json.writeEndArray();
            }
        }
    }

    /** Reads the output of {@link ValueWriter}. */
    static final class StoredValueReader extends StdDeserializer<Value> {
        private static final long serialVersionUID = 1;

        StoredValueReader() {
            super(Value.class);
        }

        @Override
        public Value deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return value(parser.readValueAsTree());
        }

        private static Value value(JsonNode node) {
            if (node.isArray()) {
                List<Value> elements = new ArrayList<>();
                node.forEach(e -> elements.add(value(e)));
                return new Value.Array(elements);
            }
            if (node.isTextual()) {
                return new Value.Text(node.textValue());
            }
            if (node.isBoolean()) {
                return new Value.Bool(node.booleanValue());
            }
            if (node.path("number").isTextual()) {
                return new Value.Numeric(node.path("number").textValue());
            }
            throw new IllegalArgumentException("no value of a variable");
        }
    }

    static ObjectKey objectKey(String text) {
        String[] parts = text.split("/", -1);
        return new ObjectKey(Kind.valueOf(parts[0]), parts.length == 3 ? parts[1] : "", parts[parts.length - 1]);
    }

    static ComponentName componentName(String text) {
        int slash = text.indexOf('/');
        return new ComponentName(text.substring(0, slash), text.substring(slash + 1));
    }

    static ComponentVersion componentVersion(String text) {
        int at = text.lastIndexOf('@');
        return new ComponentVersion(componentName(text.substring(0, at)), text.substring(at + 1));
    }
}
