package dev.kitsune.xds.replica;

import dev.kitsune.xds.store.AtProxies;
import java.util.List;

/**
 * What all replicas have of one version of a virtual environment.
 *
 * @param connected the proxies of all replicas
 * @param proxies the sums over all replicas, and the earliest rejection
 * @param behind the replicas that serve another version, or that have not reported yet, in alphabetical order
 * @param silent the ready replicas that have not reported for some seconds, in alphabetical order
 */
public record AcrossReplicas(int connected, AtProxies proxies, List<String> behind, List<String> silent) {
    public AcrossReplicas {
        behind = List.copyOf(behind);
        silent = List.copyOf(silent);
    }
}
