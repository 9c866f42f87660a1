package dev.kitsune.model.manifest;

/** A secret that a component version wants delivered. */
public record SecretDeclaration(boolean required) {}
