package dev.kitsune.model.manifest;

import org.jspecify.annotations.Nullable;

/** A variable that a component version wants delivered. */
public record VariableDeclaration(
        Value.ValueType type, boolean required, @Nullable Value defaultValue) {}
