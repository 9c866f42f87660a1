package dev.kitsune.envoy.trace;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Set;

/**
 * The fields of Envoy's messages that the trace follows. A resource that uses another one stops it: an explanation that leaves
 * something out is worse than none. Whoever makes translation use a new field teaches it to the trace as well.
 */
final class KnownFields {
    private KnownFields() {}

    static void only(Message message, Set<String> fields) {
        for (FieldDescriptor field : message.getAllFields().keySet()) {
            if (!fields.contains(field.getName())) {
                throw unknown(field.getFullName());
            }
        }
        if (!message.getUnknownFields().asMap().isEmpty()) {
            throw unknown(
                    "a field of " + message.getDescriptorForType().getFullName() + " that the classes do not have");
        }
    }

    static UnsupportedOperationException unknown(String what) {
        return new UnsupportedOperationException("the trace does not know " + what);
    }
}
