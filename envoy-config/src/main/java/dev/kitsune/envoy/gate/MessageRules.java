package dev.kitsune.envoy.gate;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import io.envoyproxy.pgv.validate.Validate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The constraints of the protos for one type of message: its fields with constraints, and the fields that hold further
 * messages.
 */
record MessageRules(List<FieldRule> fields, List<OneofDescriptor> requiredChoices, List<FieldDescriptor> messages) {
    private static final Map<Descriptor, MessageRules> KNOWN = new ConcurrentHashMap<>();

    /** {@code field}: relative to the message; empty for the message itself */
    record FieldFault(String field, String expected) {}

    static MessageRules of(Descriptor type) {
        // Types may contain themselves, but this reads only one type, so it may be computed within the map.
        return KNOWN.computeIfAbsent(type, MessageRules::read);
    }

    private static MessageRules read(Descriptor type) {
        List<FieldRule> fields = new ArrayList<>();
        List<FieldDescriptor> messages = new ArrayList<>();
        for (FieldDescriptor field : type.getFields()) {
            if (field.getOptions().hasExtension(Validate.rules)) {
                fields.add(new FieldRule(field, field.getOptions().getExtension(Validate.rules)));
            }
            if (field.getJavaType() == JavaType.MESSAGE) {
                messages.add(field);
            }
        }
        List<OneofDescriptor> required = type.getOneofs().stream()
                .filter(choice -> choice.getOptions().hasExtension(Validate.required)
                        && choice.getOptions().getExtension(Validate.required))
                .toList();
        return new MessageRules(List.copyOf(fields), required, List.copyOf(messages));
    }

    /** A missing field may be one that Envoy knows and these protos do not. */
    static boolean isWholeKnown(Message message) {
        return message.getUnknownFields().asMap().isEmpty();
    }

    List<FieldFault> faults(Message message) {
        List<FieldFault> faults = new ArrayList<>();
        for (FieldRule field : fields) {
            field.check(message, faults);
        }
        for (OneofDescriptor choice : requiredChoices) {
            if (!message.hasOneof(choice) && isWholeKnown(message)) {
                faults.add(new FieldFault(choice.getName(), "one of its fields"));
            }
        }
        return faults;
    }
}
