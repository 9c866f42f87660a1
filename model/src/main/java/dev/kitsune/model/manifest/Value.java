package dev.kitsune.model.manifest;

import java.util.List;
import java.util.stream.Collectors;

/** The value of a variable. A number keeps the digits as they were written. */
public sealed interface Value {
    Type type();

    /** As it is delivered to an app and rendered by a template: text as it is, an array as JSON. */
    String text();

    /** The types a variable can be declared with. */
    enum Type {
        String,
        Number,
        Boolean,
        Array
    }

    /** Text. */
    record Text(String text) implements Value {
        @Override
        public Type type() {
            return Type.String;
        }
    }

    /** A number, by its digits. */
    record Numeric(String text) implements Value {
        @Override
        public Type type() {
            return Type.Number;
        }
    }

    /** {@code true} or {@code false}. */
    record Bool(boolean value) implements Value {
        @Override
        public Type type() {
            return Type.Boolean;
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
        public Type type() {
            return Type.Array;
        }

        @Override
        public String text() {
            return elements.stream()
                    .map(e -> e instanceof Text t ? JsonText.quote(t.text()) : e.text())
                    .collect(Collectors.joining(",", "[", "]"));
        }
    }
}
