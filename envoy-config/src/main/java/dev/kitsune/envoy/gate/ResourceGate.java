package dev.kitsune.envoy.gate;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import dev.kitsune.envoy.Origins;
import dev.kitsune.envoy.json.EnvoyJson;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Checks a resource against the constraints that Envoy's own protos state, and against those that Envoy checks in its
 * code. It traverses the resource once, including packed messages. The constraints of each type of message are cached.
 */
public final class ResourceGate {
    private final List<ConfigurationFault> faults = new ArrayList<>();

    private ResourceGate() {}

    /** Returns all faults for which Envoy would reject a resource; empty for a resource that may be published. */
    public static List<ConfigurationFault> faults(Message resource) {
        ResourceGate gate = new ResourceGate();
        gate.message(resource, "", null);
        return List.copyOf(gate.faults);
    }

    private void message(Message message, String path, @Nullable String enclosingOrigin) {
        if (message instanceof Any any) {
            packed(any, path, enclosingOrigin);
            return;
        }
        String origin = Objects.requireNonNullElse(origin(message), Objects.requireNonNullElse(enclosingOrigin, ""));
        MessageRules rules = MessageRules.of(message.getDescriptorForType());
        rules.faults(message).forEach(fault -> add(path, fault, origin));
        EnvoyRules.faults(message).forEach(fault -> add(path, fault, origin));
        for (FieldDescriptor field : rules.messages()) {
            inside(message, field, path.isEmpty() ? field.getName() : path + "." + field.getName(), origin);
        }
    }

    private void inside(Message message, FieldDescriptor field, String path, String origin) {
        if (!field.isRepeated()) {
            if (message.hasField(field)) {
                message((Message) message.getField(field), path, origin);
            }
            return;
        }
        int count = message.getRepeatedFieldCount(field);
        for (int i = 0; i < count; i++) {
            message((Message) message.getRepeatedField(field, i), path + "[" + i + "]", origin);
        }
    }

    private void packed(Any any, String path, @Nullable String origin) {
        if (any.getTypeUrl().isEmpty()) {
            return;
        }
        try {
            message(EnvoyJson.unpack(any), path, origin);
        } catch (InvalidProtocolBufferException e) {
            add(path, new MessageRules.FieldFault("", "a message of a type that Envoy knows"), origin);
        }
    }

    private void add(String path, MessageRules.FieldFault fault, @Nullable String origin) {
        String field = path.isEmpty() || fault.field().isEmpty() ? path + fault.field() : path + "." + fault.field();
        faults.add(new ConfigurationFault(field, fault.expected(), origin == null || origin.isEmpty() ? null : origin));
    }

    /** Returns the origin in the metadata of a message. */
    private static @Nullable String origin(MessageOrBuilder message) {
        Descriptor type = message.getDescriptorForType();
        FieldDescriptor field = type.findFieldByName("metadata");
        if (field == null || field.isRepeated() || field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
            return null;
        }
        if (!(message.getField(field) instanceof Metadata metadata)) {
            return null;
        }
        String origin = metadata.getFilterMetadataMap()
                .getOrDefault(Origins.NAMESPACE, com.google.protobuf.Struct.getDefaultInstance())
                .getFieldsMap()
                .getOrDefault(Origins.ORIGIN, Origins.text(""))
                .getStringValue();
        return origin.isEmpty() ? null : origin;
    }
}
