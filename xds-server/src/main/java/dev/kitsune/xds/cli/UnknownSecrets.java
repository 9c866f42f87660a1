package dev.kitsune.xds.cli;

import dev.kitsune.k8s.read.RefusedSecrets;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretLocation;
import dev.kitsune.model.snapshot.SecretValue;
import dev.kitsune.model.snapshot.Snapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.pcollections.PMap;

/** Secrets that the user may not read count as present, because nobody can say that they are missing. */
final class UnknownSecrets {
    /** The keys of a Secret that is referenced as a whole, because it holds a certificate. */
    private static final List<String> CERTIFICATE = List.of("tls.crt", "tls.key", "ca.crt");

    private UnknownSecrets() {}

    /**
     * Returns what was read, with a stand-in for each Secret that is referenced and may not be read.
     *
     * @param resolved what was read, without stand-ins
     */
    static CatalogChange standIn(CatalogChange read, Snapshot resolved) {
        Set<String> refused = RefusedSecrets.in(read.problems());
        Map<SecretId, Map<String, SecretValue>> unknown = new HashMap<>();
        for (ResolvedVirtualEnvironment one : resolved.virtualEnvironments().values()) {
            one.overlay().secrets().values().stream()
                    .map(source -> source.location())
                    .filter(location -> refused.contains(location.secret().namespace()))
                    .forEach(location -> keys(location)
                            .forEach(key -> unknown.computeIfAbsent(location.secret(), id -> new HashMap<>())
                                    .put(key, SecretValue.UNKNOWN)));
        }
        PMap<SecretId, Secret> secrets = read.catalog().secrets();
        for (Map.Entry<SecretId, Map<String, SecretValue>> one : unknown.entrySet()) {
            secrets = secrets.plus(one.getKey(), new Secret(one.getValue()));
        }
        return read.with(read.catalog().withSecrets(secrets), Set.of(), read.problems())
                .of(Set.of(), unknown.keySet(), Set.of());
    }

    private static List<String> keys(SecretLocation location) {
        return location.key() == null ? CERTIFICATE : List.of(location.key());
    }
}
