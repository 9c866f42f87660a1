package dev.kitsune.k8s.status;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the proxies of all replicas have of one virtual environment.
 *
 * @param connected all connected proxies
 * @param loaded those that have loaded it
 * @param acknowledged those of the loaded ones that have acknowledged its newest published state
 * @param refused those of the loaded ones that refuse a part of it
 * @param refusal the first refusal, by Kitsune itself or by a proxy; null for none
 * @param behind the replicas that do not serve this generation yet
 * @param silent the ready replicas that have not reported
 */
public record ProxyFacts(
        int connected,
        int loaded,
        int acknowledged,
        int refused,
        @Nullable EnvoyRefusal refusal,
        Set<String> behind,
        Set<String> silent) {
    /** No proxy is connected to any replica. */
    public static final ProxyFacts NONE = new ProxyFacts(0, 0, 0, 0, null, Set.of(), Set.of());

    public ProxyFacts {
        behind = Collections.unmodifiableSet(new TreeSet<>(behind));
        silent = Collections.unmodifiableSet(new TreeSet<>(silent));
    }
}
