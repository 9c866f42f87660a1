package dev.kitsune.k8s.read;

import dev.kitsune.model.manifest.Environment;
import dev.kitsune.model.manifest.Environment.ReleasePolicy.ReleaseType;
import dev.kitsune.model.manifest.Environment.Selection;
import dev.kitsune.model.manifest.GatewayTls;
import dev.kitsune.model.manifest.GatewayTls.HostCertificate;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.Spec;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The namespaces whose Secrets are referenced. A virtual environment references Secrets of its own namespace, and so
 * does its environment on its behalf. What its parent references is in the parent's namespace.
 */
final class SecretNeeds {
    /** {@code references}: whether its own manifest references Secrets */
    private record Overlaid(VirtualEnvironment.OverlayBase base, boolean references) {}

    private final Map<ObjectKey, Overlaid> overlays = new HashMap<>();
    private final Map<VirtualEnvironmentName, Set<ObjectKey>> named = new HashMap<>();
    private final Map<VirtualEnvironmentName, Set<ObjectKey>> children = new HashMap<>();
    /** The environments on whose behalf virtual environments may reference Secrets. */
    private final Set<String> environments = new HashSet<>();
    /** Environment to the Secret with its keys for tokens, which belongs to the mesh. */
    private final Map<String, String> tokenKeys = new HashMap<>();

    /** Platform to the Secrets with the certificates of its gateways. */
    private final Map<String, Set<String>> certificates = new HashMap<>();

    private final Map<String, Set<ObjectKey>> needing = new HashMap<>();
    private boolean changed;

    /** The namespaces of virtual environments that reference Secrets. */
    Set<String> namespaces() {
        return needing.keySet();
    }

    /** Whether the result may have changed since this was asked last. */
    boolean takeChanged() {
        boolean taken = changed;
        changed = false;
        return taken;
    }

    /** The names of the Secrets with keys for tokens or certificates of gateways, in Kitsune's own namespace. */
    Set<String> ofTheMesh() {
        Set<String> names = new HashSet<>(tokenKeys.values());
        certificates.values().forEach(names::addAll);
        return names;
    }

    /** {@code manifest}: null if there is no such object any more */
    void update(ObjectKey key, @Nullable Manifest<?> manifest) {
        Spec spec = manifest == null ? null : manifest.spec();
        if (key.kind() == Kind.VirtualEnvironment) {
            virtualEnvironment(key, spec instanceof VirtualEnvironment of ? of : null);
        } else if (key.kind() == Kind.Environment) {
            environment(key.name(), spec instanceof Environment of ? of : null);
        } else if (key.kind() == Kind.Platform) {
            platform(key.name(), spec instanceof Platform of ? of.gateway().tls() : null);
        }
    }

    private void platform(String name, @Nullable GatewayTls tls) {
        changed = true;
        if (tls == null) {
            certificates.remove(name);
        } else {
            certificates.put(
                    name,
                    tls.certificates().stream().map(HostCertificate::secret).collect(Collectors.toSet()));
        }
    }

    private void virtualEnvironment(ObjectKey key, @Nullable VirtualEnvironment spec) {
        Overlaid now = spec == null
                ? null
                : new Overlaid(spec.base(), !spec.data().secrets().isEmpty());
        Overlaid then = now == null ? overlays.remove(key) : overlays.put(key, now);
        if (now != null && now.equals(then)) {
            return;
        }
        changed = true;
        VirtualEnvironmentName name = key.virtualEnvironmentName();
        put(named, name, key, now != null);
        if (then != null && then.base().parent() != null) {
            put(children, then.base().parent(), key, false);
        }
        if (now != null && now.base().parent() != null) {
            put(children, now.base().parent(), key, true);
        }
        settle(key, new HashSet<>());
    }

    private void environment(String name, @Nullable Environment spec) {
        changed = true;
        if (spec != null && spec.selection() instanceof Selection.Token token) {
            tokenKeys.put(name, token.jwks().name());
        } else {
            tokenKeys.remove(name);
        }
        boolean references = spec != null && mayReference(spec);
        if (references ? environments.add(name) : environments.remove(name)) {
            overlays.keySet().forEach(key -> put(needing, key.namespace(), key, references(key)));
        }
    }

    /** A Stable release serves what it has frozen, so the Secrets of references that are gone are still needed. */
    private static boolean mayReference(Environment spec) {
        return !spec.data().secrets().isEmpty() || spec.releasePolicy().type() == ReleaseType.Stable;
    }

    /** Its descendants inherit its environment. */
    private void settle(ObjectKey key, Set<ObjectKey> settled) {
        if (settled.add(key)) {
            put(needing, key.namespace(), key, references(key));
            children.getOrDefault(key.virtualEnvironmentName(), Set.of()).forEach(child -> settle(child, settled));
        }
    }

    private boolean references(ObjectKey key) {
        Overlaid own = overlays.get(key);
        return own != null && (own.references() || inherits(key, new HashSet<>()));
    }

    /** Whether an environment at the end of its chain references Secrets. A name may have several claimants. */
    private boolean inherits(ObjectKey key, Set<ObjectKey> seen) {
        Overlaid overlaid = overlays.get(key);
        if (overlaid == null || !seen.add(key)) {
            return false;
        }
        String environment = overlaid.base().environment();
        VirtualEnvironmentName parent = overlaid.base().parent();
        return (environment != null && environments.contains(environment))
                || (parent != null
                        && named.getOrDefault(parent, Set.of()).stream().anyMatch(above -> inherits(above, seen)));
    }

    private static <K> void put(Map<K, Set<ObjectKey>> sets, K name, ObjectKey key, boolean member) {
        if (member) {
            sets.computeIfAbsent(name, n -> new HashSet<>()).add(key);
        } else {
            sets.computeIfPresent(name, (n, keys) -> without(keys, key));
        }
    }

    private static @Nullable Set<ObjectKey> without(Set<ObjectKey> keys, ObjectKey key) {
        keys.remove(key);
        return keys.isEmpty() ? null : keys;
    }
}
