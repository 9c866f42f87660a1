package dev.kitsune.model.manifest;

import java.util.List;
import java.util.stream.Collectors;

/** The value of a variable. A number keeps the digits as they were written. */
public sealed interface Value {
    ValueType type();

    /** Returns the form for apps and templates: text unchanged, and an array as JSON. */
    String text();

    /** The types a variable can be declared with. */
    enum ValueType {
        String,
        Number,
        Boolean,
        Array
    }

    /** Text. */
    record Text(String text) implements Value {
        @Override
        public ValueType type() {
            return ValueType.String;
        }
    }

    /** A number, by its digits. */
    record Numeric(String text) implements Value {
        @Override
        public ValueType type() {
            return ValueType.Number;
        }
    }

    /** {@code true} or {@code false}. */
    record Bool(boolean value) implements Value {
        @Override
        public ValueType type() {
            return ValueType.Boolean;
        }

        @Override
        public String text() {
            return Boolean.toString(value);
        }
    }

    /** An array whose elements are all texts, all numbers or all booleans. */
    record Array(List<Value> elements) implements Value {
        public Array {
            elements = List.copyOf(elements);
        }

        @Override
        public ValueType type() {
            return ValueType.Array;
        }

        @Override
        public String text() {
            return elements.stream()
                    .map(e -> e instanceof Text t ? JsonText.quote(t.text()) : e.text())
                    .collect(Collectors.joining(",", "[", "]"));
        }
    }
}
