package dev.kitsune.model.manifest;

import java.util.List;

/**
 * The addresses at which apps call a component or an adapter of the same name, without knowing who answers there. Every
 * port of them counts.
 *
 * @param addresses IP addresses, in order and each once, so that equal ones are equal
 */
public record Service(List<String> addresses) implements Spec {
    public Service {
        addresses = addresses.stream().distinct().sorted().toList();
    }
}
