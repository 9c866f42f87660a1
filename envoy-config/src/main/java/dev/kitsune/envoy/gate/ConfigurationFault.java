package dev.kitsune.envoy.gate;

import org.jspecify.annotations.Nullable;

/**
 * Something in a resource that Envoy would refuse.
 *
 * @param field path within the resource, such as {@code virtual_hosts[0].routes[3].match.path}
 * @param expected what Envoy takes there; never the value, which may be a secret
 * @param origin the object and field that it came from, where the resource says so
 */
public record ConfigurationFault(
        String field, String expected, @Nullable String origin) {
    @Override
    public String toString() {
        return field + ": expected " + expected;
    }
}
