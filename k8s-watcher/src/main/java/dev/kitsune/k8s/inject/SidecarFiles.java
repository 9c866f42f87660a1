package dev.kitsune.k8s.inject;

import java.util.Map;

/**
 * What an Envoy starts with.
 *
 * @param bootstrap as JSON
 * @param beside files that it reads beside its token, by name
 */
public record SidecarFiles(String bootstrap, Map<String, String> beside) {
    public SidecarFiles {
        beside = Map.copyOf(beside);
    }
}
