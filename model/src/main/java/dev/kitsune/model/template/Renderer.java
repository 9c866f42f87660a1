package dev.kitsune.model.template;

import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.problem.DidYouMean;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.HeaderValue;
import dev.kitsune.model.snapshot.Overlay;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One rendering of one template. Known values are computed at once. Only expressions with a secret stay a tree, so that
 * the values of secrets are never needed here.
 */
final class Renderer {
    private final Scope scope;
    private final List<Template.TemplateFault> faults = new ArrayList<>();

    Renderer(Scope scope) {
        this.scope = scope;
    }

    List<Template.TemplateFault> faults() {
        return faults;
    }

    static HeaderValue value(List<HeaderValue.ValuePart> parts) {
        String plain = plain(parts);
        return plain == null ? new HeaderValue.WithSecrets(parts) : new HeaderValue.Plain(plain);
    }

    /** The parts with neighbouring texts put together. */
    List<HeaderValue.ValuePart> parts(List<Expression> expressions) {
        List<HeaderValue.ValuePart> parts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (Expression expression : expressions) {
            HeaderValue.ValuePart part = part(expression);
            if (part instanceof HeaderValue.ValuePart.LiteralPart known) {
                text.append(known.text());
                continue;
            }
            if (!text.isEmpty()) {
                parts.add(new HeaderValue.ValuePart.LiteralPart(text.toString()));
                text.setLength(0);
            }
            parts.add(part);
        }
        if (!text.isEmpty()) {
            parts.add(new HeaderValue.ValuePart.LiteralPart(text.toString()));
        }
        return parts;
    }

    private HeaderValue.ValuePart part(Expression expression) {
        if (expression instanceof Expression.Literal literal) {
            return new HeaderValue.ValuePart.LiteralPart(literal.text());
        }
        if (expression instanceof Expression.VariableReference variable) {
            Value value = variable(variable.name());
            return new HeaderValue.ValuePart.LiteralPart(value == null ? "" : value.text());
        }
        if (expression instanceof Expression.SecretReference secret) {
            return secret(secret.name());
        }
        return call((Expression.FunctionCall) expression);
    }

    private HeaderValue.ValuePart call(Expression.FunctionCall call) {
        return switch (call.function()) {
            case BASE64 -> {
                List<HeaderValue.ValuePart> inner = parts(call.arguments());
                String plain = plain(inner);
                yield plain == null
                        ? new HeaderValue.ValuePart.Base64Of(inner)
                        : new HeaderValue.ValuePart.LiteralPart(
                                Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8)));
            }
            case URLQUERY -> {
                List<HeaderValue.ValuePart> inner = parts(call.arguments());
                String plain = plain(inner);
                yield plain == null
                        ? new HeaderValue.ValuePart.UrlQueryOf(inner)
                        : new HeaderValue.ValuePart.LiteralPart(URLEncoder.encode(plain, StandardCharsets.UTF_8));
            }
            case DEFAULT -> part(call.arguments().get(isSet(call.arguments().get(1)) ? 1 : 0));
            case JOIN -> join(call.arguments().get(0), call.arguments().get(1));
        };
    }

    private boolean isSet(Expression expression) {
        if (expression instanceof Expression.VariableReference variable) {
            Value value = scope.variable(variable.name());
            return value != null && !value.text().isEmpty();
        }
        if (expression instanceof Expression.SecretReference secret) {
            Overlay.SecretSource source = scope.secret(secret.name());
            return source != null && source.present();
        }
        return !(expression instanceof Expression.Literal literal)
                || !literal.text().isEmpty();
    }

    private HeaderValue.ValuePart join(Expression separator, Expression list) {
        HeaderValue.ValuePart between = part(separator);
        String name = list instanceof Expression.VariableReference variable ? variable.name() : null;
        Value value = name == null ? null : variable(name);
        if (!(between instanceof HeaderValue.ValuePart.LiteralPart text)) {
            faults.add(new Template.TemplateFault(
                    ProblemCode.SecretNotInjectable, "join does not accept a secret as its separator"));
        } else if (value instanceof Value.Array array) {
            return new HeaderValue.ValuePart.LiteralPart(
                    array.elements().stream().map(Value::text).collect(Collectors.joining(text.text())));
        } else if (name == null) {
            faults.add(new Template.TemplateFault(ProblemCode.TemplateError, "join needs a variable that is an array"));
        } else if (value != null) {
            faults.add(new Template.TemplateFault(
                    ProblemCode.VariableType,
                    "join needs an array, and the value of variable " + name + " is a " + value.type()));
        }
        return new HeaderValue.ValuePart.LiteralPart("");
    }

    private @Nullable Value variable(String name) {
        Value value = scope.variable(name);
        if (value == null) {
            faults.add(new Template.TemplateFault(
                    ProblemCode.UnknownVariable,
                    "variable " + name + " has no value" + DidYouMean.hint(name, scope.variableNames())));
        }
        return value;
    }

    private HeaderValue.ValuePart secret(String name) {
        Overlay.SecretSource source = scope.secret(name);
        if (source == null) {
            faults.add(new Template.TemplateFault(
                    ProblemCode.MissingSecret,
                    "secret " + name + " is not set" + DidYouMean.hint(name, scope.secretNames())));
        } else if (!source.present()) {
            faults.add(new Template.TemplateFault(
                    ProblemCode.MissingSecret, "secret " + name + ": " + source.location() + " is missing or empty"));
        } else if (source.location().key() == null) {
            faults.add(new Template.TemplateFault(
                    ProblemCode.SecretNotInjectable,
                    "secret " + name + " is a whole Secret and not a text: give its secretRef a key"));
        } else {
            return new HeaderValue.ValuePart.SecretAt(source.location());
        }
        return new HeaderValue.ValuePart.LiteralPart("");
    }

    /** Returns the text if no part contains a secret. */
    private static @Nullable String plain(List<HeaderValue.ValuePart> parts) {
        if (parts.isEmpty()) {
            return "";
        }
        return parts.size() == 1 && parts.get(0) instanceof HeaderValue.ValuePart.LiteralPart text ? text.text() : null;
    }
}
