package dev.kitsune.envoy.name;

import dev.kitsune.model.manifest.VirtualEnvironmentName;

/**
 * The key by which a request finds its scope, such as {@code out/main}.
 *
 * @param direction empty for all directions that a proxy has
 */
public record ScopeKey(String direction, VirtualEnvironmentName virtualEnvironment) {
    /** A text without a direction is the name of a virtual environment. */
    public static ScopeKey parse(String text) {
        int slash = text.indexOf('/');
        return new ScopeKey(
                text.substring(0, Math.max(slash, 0)), new VirtualEnvironmentName(text.substring(slash + 1)));
    }

    /** Whether the scope with this name serves requests with the key. */
    public boolean fits(String scope) {
        return direction.isEmpty()
                || ScopeName.parse(scope)
                        .filter(name -> name.route().direction().equals(direction))
                        .isPresent();
    }
}
