package dev.kitsune.xds.replica;

import static java.util.Objects.requireNonNull;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy says to another replica than the one with its stream.
 *
 * @param id of the answers to it
 * @param node the id of the proxy's Node
 * @param load what is to be loaded; null for nothing
 * @param used what the proxy uses
 */
record PassedCall(long id, String node, @Nullable PassedLoad load, Set<VirtualEnvironmentName> used) {
    PassedCall {
        requireNonNull(node, "node");
        used = Set.copyOf(requireNonNull(used, "used"));
    }

    /**
     * One load.
     *
     * @param openMillis in which the proxy may open a stream
     * @param wholeMillis until the answer
     */
    record PassedLoad(String scopeKey, long openMillis, long wholeMillis) {
        PassedLoad {
            requireNonNull(scopeKey, "scopeKey");
        }
    }
}
