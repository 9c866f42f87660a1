package dev.kitsune.envoy.gate;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import dev.kitsune.envoy.Origins;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import org.jspecify.annotations.Nullable;

/**
 * The place of a message within a resource. Its path and origin are found only if there is a fault: a resource has many
 * messages, and hardly ever a fault.
 *
 * @param parent null for the resource itself
 * @param field of the parent; empty for the resource itself
 * @param index within a repeated field; negative for others
 */
record MessagePlace(@Nullable MessagePlace parent, String field, int index, Message message) {
    MessagePlace(@Nullable MessagePlace parent, String field, Message message) {
        this(parent, field, -1, message);
    }

    /** Returns the same place, with the message that was packed in its message. */
    MessagePlace holding(Message inner) {
        return new MessagePlace(parent, field, index, inner);
    }

    /** Returns the path of a field of the message; {@code inner}: empty for the message itself. */
    String path(String inner) {
        if (parent == null) {
            return inner;
        }
        String own = index < 0 ? field : field + "[" + index + "]";
        return parent.path(inner.isEmpty() ? own : own + "." + inner);
    }

    /** Returns the origin of the message or of the innermost one around it that has an origin. */
    @Nullable
    String origin() {
        String own = origin(message);
        return own != null || parent == null ? own : parent.origin();
    }

    private static @Nullable String origin(Message message) {
        FieldDescriptor field = message.getDescriptorForType().findFieldByName("metadata");
        if (field == null
                || field.isRepeated()
                || field.getJavaType() != FieldDescriptor.JavaType.MESSAGE
                || !(message.getField(field) instanceof Metadata metadata)) {
            return null;
        }
        String origin = metadata.getFilterMetadataMap()
                .getOrDefault(Origins.NAMESPACE, Struct.getDefaultInstance())
                .getFieldsMap()
                .getOrDefault(Origins.ORIGIN, Origins.text(""))
                .getStringValue();
        return origin.isEmpty() ? null : origin;
    }
}
