package dev.kitsune.envoy.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Any;
import com.google.protobuf.Internal;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Prints Envoy's messages, including packed ones, as the JSON that Envoy reads. */
public final class EnvoyJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** An instance of each type, by its URL. Looking up the class takes longer than reading the message. */
    private static final Map<String, Message> TYPES = new ConcurrentHashMap<>();

    private EnvoyJson() {}

    /** Uses the field names of Envoy's documentation. Do not print secrets, because their values are included. */
    public static String print(Message message) {
        try {
            return JsonFormat.printer()
                    .usingTypeRegistry(registry(message))
                    .preservingProtoFieldNames()
                    .print(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a message that we made is not well formed", e);
        }
    }

    /** Returns the same as a tree, in which every whole number is one, because Envoy's YAML parser reads 8080.0 as text. */
    public static JsonNode tree(Message message) {
        try {
            return WholeNumbers.in(JSON.readTree(print(message)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("JSON that we printed is none", e);
        }
    }

    /** The message inside. */
    public static Message unpack(Any any) throws InvalidProtocolBufferException {
        Message type = TYPES.get(any.getTypeUrl());
        if (type == null) {
            type = Internal.getDefaultInstance(classOf(any.getTypeUrl()));
            TYPES.put(any.getTypeUrl(), type);
        }
        return type.getParserForType().parseFrom(any.getValue());
    }

    /** A registry of every type that is packed somewhere in the message, which printing it needs. */
    private static TypeRegistry registry(Message message) throws InvalidProtocolBufferException {
        TypeRegistry.Builder types = TypeRegistry.newBuilder();
        collect(message, types);
        return types.build();
    }

    private static void collect(Object value, TypeRegistry.Builder types) throws InvalidProtocolBufferException {
        if (value instanceof Any any && !any.getTypeUrl().isEmpty()) {
            Message inner = unpack(any);
            types.add(inner.getDescriptorForType());
            collect(inner, types);
        } else if (value instanceof Message message) {
            for (Object field : message.getAllFields().values()) {
                collect(field, types);
            }
        } else if (value instanceof Iterable<?> many) {
            for (Object one : many) {
                collect(one, types);
            }
        }
    }

    /** The Java classes are named after the messages, each family behind a prefix of its own. */
    private static Class<? extends Message> classOf(String typeUrl) throws InvalidProtocolBufferException {
        String name = typeUrl.substring(typeUrl.lastIndexOf('/') + 1);
        String prefix = name.startsWith("google.protobuf.")
                ? "com."
                : name.startsWith("xds.") ? "com.github." : "io.envoyproxy.";
        try {
            return Class.forName(prefix + name).asSubclass(Message.class);
        } catch (ClassNotFoundException e) {
            throw new InvalidProtocolBufferException("no Java class for " + typeUrl, e);
        }
    }
}
