package dev.kitsune.envoy.gate;

import org.jspecify.annotations.Nullable;

/**
 * A value in a resource that Envoy would reject.
 *
 * @param field path within the resource, such as {@code virtual_hosts[0].routes[3].match.path}
 * @param expected the values that Envoy accepts; never the value itself, which may be a secret
 * @param origin the object and field that it came from, if the resource names it
 */
public record ConfigurationFault(
        String field, String expected, @Nullable String origin) {
    @Override
    public String toString() {
        return field + ": expected " + expected;
    }
}
