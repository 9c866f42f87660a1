package dev.kitsune.model.read;

import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.problem.ProblemCode;
import java.util.List;
import java.util.Locale;

/**
 * Reads a variable's value. In quotes it is text; {@code true} and {@code false} are booleans as in YAML 1.2; a number
 * is what JSON calls one, with its digits as written. All other values are text, with a warning if YAML parsers
 * disagree ({@code 0x1f}, {@code 1_000}, {@code .inf}, {@code yes}).
 */
final class ValueReader {
    private ValueReader() {}

    static Value read(Cursor c) {
        return c.isList() ? array(c) : scalar(c);
    }

    private static Value array(Cursor c) {
        List<Cursor> cursors = c.list(e -> e);
        List<Value> elements = cursors.stream().map(ValueReader::scalar).toList();
        for (int i = 1; i < elements.size(); i++) {
            if (elements.get(i).type() != elements.get(0).type()) {
                cursors.get(i)
                        .problem(
                                ProblemCode.WrongType,
                                cursors.get(i).path() + ": expected a "
                                        + elements.get(0).type()
                                        + " like the elements before it, found a "
                                        + elements.get(i).type()
                                        + "; all elements of an array have one type (put texts in quotes)");
                break;
            }
        }
        return new Value.Array(elements);
    }

    private static Value scalar(Cursor c) {
        String plain = c.plain();
        if (plain == null) {
            if (c.isMapping() || c.isList()) {
                c.wrongType("text, a number, true, false, or a list of one of them");
                return new Value.Text("");
            }
            return new Value.Text(c.text());
        }
        return switch (PlainScalar.of(plain)) {
            case NUMBER -> new Value.Numeric(plain);
            case BOOLEAN -> new Value.Bool(Boolean.parseBoolean(plain.toLowerCase(Locale.ROOT)));
            case NOTHING, NULL -> {
                c.problem(
                        ProblemCode.InvalidValue,
                        c.path() + " has no value; to remove an inherited variable, name it in spec.unset.variables,"
                                + " and for empty text write \"\"");
                yield new Value.Text("");
            }
            case TEXT, DISPUTED -> new Value.Text(c.text());
        };
    }
}
