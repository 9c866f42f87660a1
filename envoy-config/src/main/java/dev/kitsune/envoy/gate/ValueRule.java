package dev.kitsune.envoy.gate;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import io.envoyproxy.pgv.validate.Validate.AnyRules;
import io.envoyproxy.pgv.validate.Validate.DurationRules;
import io.envoyproxy.pgv.validate.Validate.EnumRules;
import io.envoyproxy.pgv.validate.Validate.FieldRules;
import java.util.ArrayList;
import java.util.List;

/** Checks one value against its constraints. */
final class ValueRule {
    private ValueRule() {}

    /** Returns the expectation of each constraint that the value breaks. */
    static List<String> broken(FieldRules rules, Object value) {
        List<String> broken = new ArrayList<>();
        switch (rules.getTypeCase()) {
            case STRING -> TextRule.check(rules.getString(), (String) value, broken);
            case BYTES -> {
                int size = ((ByteString) value).size();
                if (size < rules.getBytes().getMinLen()) {
                    broken.add("at least " + rules.getBytes().getMinLen() + " bytes");
                } else if (rules.getBytes().hasMaxLen()
                        && size > rules.getBytes().getMaxLen()) {
                    broken.add("at most " + rules.getBytes().getMaxLen() + " bytes");
                }
            }
            case ENUM -> choice(rules.getEnum(), value, broken);
            case DURATION -> duration(rules.getDuration(), (Duration) value, broken);
            case ANY -> any(rules.getAny(), (Any) value, broken);
            case UINT32, UINT64, INT32, INT64, FLOAT, DOUBLE, SINT32, SINT64, FIXED32, FIXED64, SFIXED32, SFIXED64 ->
                NumberRule.check(numbers(rules), (Number) value, broken);
            default -> {
                // No constraint on a single value.
            }
        }
        return broken;
    }

    private static Message numbers(FieldRules rules) {
        return (Message) rules.getField(rules.getOneofFieldDescriptor(
                rules.getDescriptorForType().getOneofs().get(0)));
    }

    private static void choice(EnumRules rules, Object value, List<String> broken) {
        EnumValueDescriptor chosen = (EnumValueDescriptor) value;
        boolean undefined = rules.getDefinedOnly() && chosen.getType().findValueByNumber(chosen.getNumber()) == null;
        boolean notListed = rules.getInCount() > 0 && !rules.getInList().contains(chosen.getNumber());
        if (undefined || notListed || rules.getNotInList().contains(chosen.getNumber())) {
            broken.add("another value of " + chosen.getType().getName());
        }
    }

    private static void any(AnyRules rules, Any value, List<String> broken) {
        if (rules.getInCount() > 0 && !rules.getInList().contains(value.getTypeUrl())) {
            broken.add("one of the types " + String.join(", ", rules.getInList()));
        }
    }

    private static void duration(DurationRules rules, Duration value, List<String> broken) {
        if (!Durations.isValid(value)) {
            broken.add("a valid duration");
            return;
        }
        boolean tooShort = (rules.hasGt() && Durations.compare(value, rules.getGt()) <= 0)
                || (rules.hasGte() && Durations.compare(value, rules.getGte()) < 0);
        boolean tooLong = (rules.hasLt() && Durations.compare(value, rules.getLt()) >= 0)
                || (rules.hasLte() && Durations.compare(value, rules.getLte()) > 0);
        if (tooShort) {
            broken.add("a longer duration");
        } else if (tooLong) {
            broken.add("a shorter duration");
        }
    }
}
