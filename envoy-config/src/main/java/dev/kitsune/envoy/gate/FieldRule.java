package dev.kitsune.envoy.gate;

import com.google.protobuf.BoolValue;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import io.envoyproxy.pgv.validate.Validate.FieldRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The constraints that the protos state for one field. */
record FieldRule(FieldDescriptor field, FieldRules rules) {

    void check(Message message, List<MessageRules.FieldFault> faults) {
        if (field.isMapField()) {
            count(
                    message,
                    rules.getMap().getMinPairs(),
                    rules.getMap().hasMaxPairs(),
                    rules.getMap().getMaxPairs(),
                    faults);
        } else if (field.isRepeated()) {
            repeated(message, faults);
        } else if (field.getJavaType() == JavaType.MESSAGE) {
            single(message, faults);
        } else if (!field.hasPresence() || message.hasField(field)) {
            add(field.getName(), ValueRule.broken(rules, message.getField(field)), faults);
        }
    }

    private void single(Message message, List<MessageRules.FieldFault> faults) {
        if (message.hasField(field)) {
            add(field.getName(), ValueRule.broken(rules, unwrapped((Message) message.getField(field))), faults);
        } else if (isRequired() && field.getContainingOneof() == null && MessageRules.isWholeKnown(message)) {
            faults.add(new MessageRules.FieldFault(field.getName(), "a value"));
        }
    }

    private boolean isRequired() {
        return rules.getMessage().getRequired()
                || rules.getAny().getRequired()
                || rules.getDuration().getRequired()
                || rules.getTimestamp().getRequired();
    }

    private void repeated(Message message, List<MessageRules.FieldFault> faults) {
        var list = rules.getRepeated();
        count(message, list.getMinItems(), list.hasMaxItems(), list.getMaxItems(), faults);
        Set<Object> seen = new HashSet<>();
        int size = message.getRepeatedFieldCount(field);
        for (int i = 0; i < size; i++) {
            Object value = message.getRepeatedField(field, i);
            if (list.getUnique() && !seen.add(value)) {
                faults.add(new MessageRules.FieldFault(field.getName() + "[" + i + "]", "no value twice"));
            }
            if (list.hasItems()) {
                Object plain = value instanceof Message inner ? unwrapped(inner) : value;
                add(field.getName() + "[" + i + "]", ValueRule.broken(list.getItems(), plain), faults);
            }
        }
    }

    private void count(Message message, long least, boolean bounded, long most, List<MessageRules.FieldFault> faults) {
        int size = message.getRepeatedFieldCount(field);
        if (size < least) {
            faults.add(new MessageRules.FieldFault(field.getName(), "at least " + least + " entries"));
        } else if (bounded && size > most) {
            faults.add(new MessageRules.FieldFault(field.getName(), "at most " + most + " entries, not " + size));
        }
    }

    private static void add(String path, List<String> broken, List<MessageRules.FieldFault> faults) {
        broken.forEach(expected -> faults.add(new MessageRules.FieldFault(path, expected)));
    }

    /** A constraint on a wrapper, such as UInt32Value, applies to the wrapped value. */
    private static Object unwrapped(Message message) {
        boolean wrapper = message.getDescriptorForType()
                .getFile()
                .equals(BoolValue.getDescriptor().getFile());
        return wrapper
                ? message.getField(message.getDescriptorForType().getFields().get(0))
                : message;
    }
}
