package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.AppProtocol;
import dev.kitsune.model.manifest.Dependency;
import dev.kitsune.model.manifest.SecretDeclaration;
import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.manifest.VariableDeclaration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The declaration of a component version, which is the same wherever it is used.
 *
 * @param namespace the namespace of its app, in which dependencies on adapters are looked up
 * @param dependencies by the name that callers use: {@code cart}, {@code pay/ledger}, or an adapter's name
 * @param protocol null if it is not declared
 */
public record Declaration(
        String namespace,
        Map<String, VariableDeclaration> variables,
        Map<String, SecretDeclaration> secrets,
        Map<String, Dependency> dependencies,
        @Nullable AppProtocol protocol,
        Origin origin) {
    public Declaration {
        variables = Map.copyOf(variables);
        secrets = Map.copyOf(secrets);
        dependencies = Map.copyOf(dependencies);
    }

    /** Returns the defaults of variables. */
    public Map<String, Value> defaults() {
        Map<String, Value> defaults = new HashMap<>();
        variables.forEach((name, declared) -> {
            if (declared.defaultValue() != null) {
                defaults.put(name, declared.defaultValue());
            }
        });
        return defaults;
    }
}
