package dev.kitsune.k8s.read;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.ReservedNames;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;

/** The names that a Platform of a cluster reserves, as the source reads them. */
public final class ReadReservedNames {
    private ReadReservedNames() {}

    /** {@code before}: what it reserved before, which stays in force while it has no readable version */
    public static ReservedNames of(GenericKubernetesResource platform, ReservedNames before) {
        ReadResource read = ReadResource.of(Kind.Platform, platform);
        Manifest<?> manifest = read.manifest() == null ? read.lastGood() : read.manifest();
        return manifest != null && manifest.spec() instanceof Platform spec ? spec.reservedNames() : before;
    }
}
