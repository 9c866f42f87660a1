package dev.kitsune.xds.peer;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.Platform.PeerTls;
import dev.kitsune.model.manifest.Workload;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.PeerIdentity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The identities that the objects of a catalog need. */
final class PeerIdentities {
    private PeerIdentities() {}

    /** Whether proxies are to use TLS among each other. */
    static boolean areNeeded(Catalog catalog) {
        Manifest<?> platform = platform(catalog);
        return platform != null && platform.spec() instanceof Platform spec && spec.mesh() != PeerTls.Off;
    }

    /** Returns the Platform; null for none. */
    static @Nullable Manifest<?> platform(Catalog catalog) {
        return catalog.manifests().get(new ObjectKey(Kind.Platform, "", "kitsune"));
    }

    /** Returns the identities of the components of these objects. */
    static List<PeerIdentity> of(Collection<ObjectKey> keys, Catalog catalog) {
        List<PeerIdentity> identities = new ArrayList<>();
        for (ObjectKey key : keys) {
            Manifest<?> manifest = catalog.manifests().get(key);
            if (manifest != null && manifest.spec() instanceof Workload workload) {
                identities.add(new PeerIdentity(new ComponentName(workload.app(), workload.component())));
            } else if (manifest != null && manifest.spec() instanceof AppDeployment deployment) {
                deployment.components().keySet().stream()
                        .map(component -> new PeerIdentity(new ComponentName(deployment.app(), component)))
                        .forEach(identities::add);
            }
        }
        return identities;
    }
}
