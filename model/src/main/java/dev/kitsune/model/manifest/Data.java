package dev.kitsune.model.manifest;

import java.util.Map;

/** Variables and references to secrets, as an environment and a virtual environment hold them. */
public record Data(Map<String, Value> variables, Map<String, SecretRef> secrets) {
    public static final Data NONE = new Data(Map.of(), Map.of());

    public Data {
        variables = Map.copyOf(variables);
        secrets = Map.copyOf(secrets);
    }
}
