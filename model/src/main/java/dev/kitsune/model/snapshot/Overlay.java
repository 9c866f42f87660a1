package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.Value;
import java.util.Map;

/** The variables and secrets after the overlay chain is applied. Each name has the nearest value and its origin. */
public record Overlay(Map<String, OverlayVariable> variables, Map<String, SecretSource> secrets) {
    public Overlay {
        variables = Map.copyOf(variables);
        secrets = Map.copyOf(secrets);
    }

    /** A variable's value. */
    public record OverlayVariable(Value value, Origin origin) {}

    /** The location of a secret's value, and whether it exists and is not empty. */
    public record SecretSource(SecretLocation location, boolean present, Origin origin) {}
}
