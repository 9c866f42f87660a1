package dev.kitsune.model.read;

import dev.kitsune.model.manifest.AppProtocol;
import dev.kitsune.model.manifest.SecretDeclaration;
import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.manifest.Value.ValueType;
import dev.kitsune.model.manifest.VariableDeclaration;
import dev.kitsune.model.problem.ProblemCode;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads the variables, secrets and protocol that a component version declares. */
final class DeclarationReader {
    /** Each is a header, and Envoy takes at most 1,000 in one table of routes; servers take fewer. */
    private static final int MOST = 500;

    private static final Grammar PROTOCOL = new Grammar(
            Pattern.compile("http|h2c"),
            4,
            "h2c (the app gets every request by HTTP/2) or http (it gets only gRPC by HTTP/2)",
            false);

    private DeclarationReader() {}

    static Map<String, VariableDeclaration> variables(Cursor c) {
        return bounded(c, c.map(Grammar.VARIABLE, v -> v.fields(DeclarationReader::variable)));
    }

    static Map<String, SecretDeclaration> secrets(Cursor c) {
        return bounded(c, c.map(Grammar.VARIABLE, s -> s.fields(DeclarationReader::secret)));
    }

    private static <T> Map<String, T> bounded(Cursor c, Map<String, T> declared) {
        if (declared.size() > MOST) {
            c.problem(
                    ProblemCode.InvalidValue,
                    c.path() + ": expected at most " + MOST + " names, because each is a header of a request, found "
                            + declared.size());
        }
        return declared;
    }

    /** Reads the protocol of an app, for a component or a workload. */
    static AppProtocol protocol(Cursor c) {
        String text = c.text(PROTOCOL);
        return Arrays.stream(AppProtocol.values())
                .filter(protocol -> protocol.text().equals(text))
                .findFirst()
                .orElse(AppProtocol.HTTP);
    }

    private static SecretDeclaration secret(Fields f) {
        return new SecretDeclaration(f.optional("required", Cursor::bool, false));
    }

    private static VariableDeclaration variable(Fields f) {
        ValueType type = f.optional("type", c -> c.oneOf(ValueType.class), ValueType.String);
        return new VariableDeclaration(
                type, f.optional("required", Cursor::bool, false), f.optional("default", c -> defaultValue(c, type)));
    }

    private static Value defaultValue(Cursor c, ValueType type) {
        if (type == ValueType.String && !c.isList()) {
            return new Value.Text(c.text());
        }
        Value value = ValueReader.read(c);
        if (value.type() != type) {
            c.problem(
                    ProblemCode.VariableType,
                    c.path() + ": expected a " + type + " as declared beside it, found a " + value.type());
        }
        return value;
    }
}
