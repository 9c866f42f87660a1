package dev.kitsune.k8s.status;

import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Kitsune knows of a virtual environment.
 *
 * @param resolved the served one of its name, which may belong to another object; null if none is served
 * @param release the saved status of its own release; null if it never had one
 * @param missing a release of an ancestor that is not active, and that it would inherit; null for none
 * @param lastUsed null if no use is known
 * @param refusedSecrets the namespaces whose Secrets Kitsune may not read
 */
public record OverlayFacts(
        @Nullable ResolvedVirtualEnvironment resolved,
        @Nullable ReleaseStatus release,
        @Nullable InheritedRelease missing,
        @Nullable Instant lastUsed,
        ProxyFacts proxies,
        Set<String> refusedSecrets) {
    public OverlayFacts {
        refusedSecrets = Set.copyOf(refusedSecrets);
    }
}
