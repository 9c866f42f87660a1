package dev.kitsune.envoy.trace;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Set;

/**
 * The fields of Envoy's messages that the trace follows. The trace stops at any other field, because an incomplete
 * explanation is worse than none. If translation uses a new field, the trace must support it as well.
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
