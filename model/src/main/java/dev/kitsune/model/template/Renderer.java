package dev.kitsune.model.template;

import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.problem.DidYouMean;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.HeaderValue;
import dev.kitsune.model.snapshot.HeaderValue.Part;
import dev.kitsune.model.snapshot.Overlay;
import dev.kitsune.model.template.Template.Fault;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One rendering of one template. What is known is computed at once. Only what holds a secret stays a tree, so that the
 * values of secrets are never needed here.
 */
final class Renderer {
    private final Scope scope;
    private final List<Fault> faults = new ArrayList<>();

    Renderer(Scope scope) {
        this.scope = scope;
    }

    List<Fault> faults() {
        return faults;
    }

    static HeaderValue value(List<Part> parts) {
        String plain = plain(parts);
        return plain == null ? new HeaderValue.WithSecrets(parts) : new HeaderValue.Plain(plain);
    }

    /** The parts with neighbouring texts put together. */
    List<Part> parts(List<Expression> expressions) {
        List<Part> parts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (Expression expression : expressions) {
            Part part = part(expression);
            if (part instanceof Part.Text known) {
                text.append(known.text());
                continue;
            }
            if (!text.isEmpty()) {
                parts.add(new Part.Text(text.toString()));
                text.setLength(0);
            }
            parts.add(part);
        }
        if (!text.isEmpty()) {
            parts.add(new Part.Text(text.toString()));
        }
        return parts;
    }

    private Part part(Expression expression) {
        if (expression instanceof Expression.Literal literal) {
            return new Part.Text(literal.text());
        }
        if (expression instanceof Expression.Variable variable) {
            Value value = variable(variable.name());
            return new Part.Text(value == null ? "" : value.text());
        }
        if (expression instanceof Expression.Secret secret) {
            return secret(secret.name());
        }
        return call((Expression.Call) expression);
    }

    private Part call(Expression.Call call) {
        return switch (call.function()) {
            case BASE64 -> {
                List<Part> inner = parts(call.arguments());
                String plain = plain(inner);
                yield plain == null
                        ? new Part.Base64Of(inner)
                        : new Part.Text(Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8)));
            }
            case URLQUERY -> {
                List<Part> inner = parts(call.arguments());
                String plain = plain(inner);
                yield plain == null
                        ? new Part.UrlQueryOf(inner)
                        : new Part.Text(URLEncoder.encode(plain, StandardCharsets.UTF_8));
            }
            case DEFAULT -> part(call.arguments().get(isSet(call.arguments().get(1)) ? 1 : 0));
            case JOIN -> join(call.arguments().get(0), call.arguments().get(1));
        };
    }

    private boolean isSet(Expression expression) {
        if (expression instanceof Expression.Variable variable) {
            Value value = scope.variable(variable.name());
            return value != null && !value.text().isEmpty();
        }
        if (expression instanceof Expression.Secret secret) {
            Overlay.SecretSource source = scope.secret(secret.name());
            return source != null && source.present();
        }
        return !(expression instanceof Expression.Literal literal)
                || !literal.text().isEmpty();
    }

    private Part join(Expression separator, Expression list) {
        Part between = part(separator);
        String name = list instanceof Expression.Variable variable ? variable.name() : null;
        Value value = name == null ? null : variable(name);
        if (!(between instanceof Part.Text text)) {
            faults.add(new Fault(ProblemCode.SecretNotInjectable, "join does not accept a secret as its separator"));
        } else if (value instanceof Value.Array array) {
            return new Part.Text(array.elements().stream().map(Value::text).collect(Collectors.joining(text.text())));
        } else if (name == null) {
            faults.add(new Fault(ProblemCode.TemplateError, "join needs a variable that is an array"));
        } else if (value != null) {
            faults.add(new Fault(
                    ProblemCode.VariableType,
                    "join needs an array, and the value of variable " + name + " is a " + value.type()));
        }
        return new Part.Text("");
    }

    private @Nullable Value variable(String name) {
        Value value = scope.variable(name);
        if (value == null) {
            faults.add(new Fault(
                    ProblemCode.UnknownVariable,
                    "variable " + name + " has no value" + DidYouMean.hint(name, scope.variableNames())));
        }
        return value;
    }

    private Part secret(String name) {
        Overlay.SecretSource source = scope.secret(name);
        if (source == null) {
            faults.add(new Fault(
                    ProblemCode.MissingSecret,
                    "secret " + name + " is not set" + DidYouMean.hint(name, scope.secretNames())));
        } else if (!source.present()) {
            faults.add(new Fault(
                    ProblemCode.MissingSecret, "secret " + name + ": " + source.location() + " is missing or empty"));
        } else if (source.location().key() == null) {
            faults.add(new Fault(
                    ProblemCode.SecretNotInjectable,
                    "secret " + name + " is a whole Secret and not a text: give its secretRef a key"));
        } else {
            return new Part.SecretAt(source.location());
        }
        return new Part.Text("");
    }

    /** The text, where no part waits for a secret. */
    private static @Nullable String plain(List<Part> parts) {
        if (parts.isEmpty()) {
            return "";
        }
        return parts.size() == 1 && parts.get(0) instanceof Part.Text text ? text.text() : null;
    }
}
