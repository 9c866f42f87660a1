package dev.kitsune.model.manifest;

/**
 * The pods of a component version, as the {@code template} of a Deployment. Kitsune hands it on as it is. Nothing that
 * Envoys get depends on it.
 *
 * @param json an object with sorted fields, so that equal templates have equal texts
 */
public record PodTemplate(String json) {}
