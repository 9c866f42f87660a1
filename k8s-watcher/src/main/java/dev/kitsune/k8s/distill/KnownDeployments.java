package dev.kitsune.k8s.distill;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The Deployments of Kitsune that the cluster has, as far as they may be listed. Not thread-safe. */
final class KnownDeployments {
    private final Map<DeploymentKey, DeployedVersion> all = new HashMap<>();
    private final Map<DistillKey, TreeMap<String, DeployedVersion>> versions = new HashMap<>();
    private final Set<String> listed = new HashSet<>();
    private final Map<String, String> refused = new HashMap<>();

    /** Takes all of a namespace, and returns the versions that are or were among them. */
    Set<DistillKey> list(String namespace, List<DeployedVersion> now) {
        listed.add(namespace);
        refused.remove(namespace);
        Set<DistillKey> affected = new HashSet<>();
        List.copyOf(all.values()).stream()
                .filter(one -> one.key().namespace().equals(namespace))
                .forEach(one -> {
                    affected.add(DistillKey.of(one));
                    remove(one.key());
                });
        now.forEach(one -> {
            affected.add(DistillKey.of(one));
            put(one);
        });
        return affected;
    }

    void put(DeployedVersion deployed) {
        remove(deployed.key());
        all.put(deployed.key(), deployed);
        versions.computeIfAbsent(DistillKey.of(deployed), of -> new TreeMap<>())
                .put(deployed.key().name(), deployed);
    }

    /** Returns what it was; null if it was unknown. */
    @Nullable
    DeployedVersion remove(DeploymentKey key) {
        DeployedVersion before = all.remove(key);
        if (before != null) {
            versions.computeIfPresent(DistillKey.of(before), (of, names) -> {
                names.remove(key.name());
                return names.isEmpty() ? null : names;
            });
        }
        return before;
    }

    /** Returns the Deployment of a version; null for none. Somebody may have copied it. */
    @Nullable
    DeployedVersion of(DistillKey key) {
        TreeMap<String, DeployedVersion> names = versions.get(key);
        if (names == null) {
            return null;
        }
        DistilledName name = DistilledName.of(key.version());
        DeployedVersion plain = names.get(name.plain());
        DeployedVersion distinct = names.get(name.distinct());
        return plain != null
                ? plain
                : distinct != null ? distinct : names.firstEntry().getValue();
    }

    Set<DistillKey> keys() {
        return Set.copyOf(versions.keySet());
    }

    /** Whether they were listed once. */
    boolean isListed(String namespace) {
        return listed.contains(namespace);
    }

    /** Returns whether this is news. */
    boolean refuse(String namespace, String why) {
        return !why.equals(refused.put(namespace, why));
    }

    /** Returns why they cannot be listed now; null if they can. */
    @Nullable
    String refusal(String namespace) {
        return refused.get(namespace);
    }
}
