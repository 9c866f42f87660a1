package dev.kitsune.envoy;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.type.v3.SemanticVersion;

/** The version that an Envoy says in its Node. */
public final class EnvoyVersion {
    private static final int MAJOR = 1;

    private EnvoyVersion() {}

    public static boolean isEnvoy(Node node) {
        return node.getUserAgentName().equals("envoy");
    }

    /** Whether a client is an Envoy older than {@code 1.minor}. An Envoy without a version counts as older. */
    public static boolean isOlder(Node node, int minor) {
        SemanticVersion version = node.getUserAgentBuildVersion().getVersion();
        return isEnvoy(node)
                && (version.getMajorNumber() < MAJOR
                        || (version.getMajorNumber() == MAJOR && version.getMinorNumber() < minor));
    }
}
