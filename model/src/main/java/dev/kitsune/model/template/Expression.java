package dev.kitsune.model.template;

import java.util.List;

/** A piece of a template. */
public sealed interface Expression {
    /** Text as it is. */
    record Literal(String text) implements Expression {}

    /** {@code .Vars.name}. */
    record VariableReference(String name) implements Expression {}

    /** {@code .Secrets.name}. */
    record SecretReference(String name) implements Expression {}

    /** A function of arguments. */
    record FunctionCall(Function function, List<Expression> arguments) implements Expression {
        public FunctionCall {
            arguments = List.copyOf(arguments);
        }
    }
}
