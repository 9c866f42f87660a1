package dev.kitsune.envoy.gate;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.IntPredicate;

/** Constraints on numbers. There is one message for each type of number, all with the same fields. */
final class NumberRule {
    private NumberRule() {}

    static void check(Message rules, Number value, List<String> broken) {
        boolean unsigned = rules.getDescriptorForType().getName().startsWith("UInt");
        BigDecimal number = decimal(value, unsigned);
        bound(rules, "gt", number, c -> c > 0, "a number greater than ", unsigned, broken);
        bound(rules, "gte", number, c -> c >= 0, "a number of at least ", unsigned, broken);
        bound(rules, "lt", number, c -> c < 0, "a number less than ", unsigned, broken);
        bound(rules, "lte", number, c -> c <= 0, "a number of at most ", unsigned, broken);
    }

    private static void bound(
            Message rules,
            String name,
            BigDecimal number,
            IntPredicate holds,
            String words,
            boolean unsigned,
            List<String> broken) {
        FieldDescriptor field = rules.getDescriptorForType().findFieldByName(name);
        if (rules.hasField(field)) {
            BigDecimal bound = decimal((Number) rules.getField(field), unsigned);
            if (!holds.test(number.compareTo(bound))) {
                broken.add(words + bound.toPlainString());
            }
        }
    }

    private static BigDecimal decimal(Number value, boolean unsigned) {
        if (unsigned && value instanceof Integer number) {
            return new BigDecimal(Integer.toUnsignedString(number));
        }
        return unsigned && value instanceof Long number
                ? new BigDecimal(Long.toUnsignedString(number))
                : new BigDecimal(value.toString());
    }
}
