package dev.kitsune.envoy.translate;

import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.cluster.AdapterClusters;
import dev.kitsune.envoy.cluster.AppClusters;
import dev.kitsune.envoy.name.SecretName;
import dev.kitsune.envoy.route.Variant;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SnapshotView;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether a sidecar needs a secret of a virtual environment: requests of the virtual environment can come to its
 * component version, or those of a descendant whose routes and clusters share the secret.
 *
 * <p>A descendant is found at the place where the version is chosen. All virtual environments between the owner of a
 * secret and one that shares it share it too, and so does that place, unless the owner itself runs the version.
 */
final class SecretNeed {
    private final Audience.Sidecars sidecar;
    private final SecretName secret;
    private final SnapshotView view;

    SecretNeed(Audience.Sidecars sidecar, SecretName secret, SnapshotView view) {
        this.sidecar = sidecar;
        this.secret = secret;
        this.view = view;
    }

    boolean exists(VirtualEnvironmentName owner) {
        ResolvedVirtualEnvironment resolved = view.virtualEnvironment(owner);
        // A removed virtual environment is not secret. Its name only gets a stand-in.
        if (resolved == null || isReached(resolved)) {
            return true;
        }
        Set<VirtualEnvironmentName> places = new TreeSet<>(view.chosenAt(sidecar.component()));
        VirtualEnvironmentName context = sidecar.workload().context(view);
        if (context != null) {
            places.add(context);
        }
        if (Variant.offers(sidecar.component(), resolved.environment(), view)) {
            places.addAll(view.released().keySet());
        }
        return places.stream().anyMatch(place -> shares(place, owner));
    }

    /**
     * Whether requests of a virtual environment can come to the component version. One that has expired has no requests,
     * but those of descendants that do not differ need its secrets. It no longer knows its versions, and counts as its
     * nearest ancestor.
     */
    private boolean isReached(ResolvedVirtualEnvironment virtualEnvironment) {
        ComponentVersion version = sidecar.component();
        if (virtualEnvironment.expired() != null) {
            ResolvedVirtualEnvironment above = view.above(virtualEnvironment);
            return view.chosenAt(version).contains(virtualEnvironment.name()) || (above != null && isReached(above));
        }
        return virtualEnvironment.name().equals(sidecar.workload().context(view))
                || Variant.runs(version, virtualEnvironment)
                || Variant.selects(version, virtualEnvironment, view);
    }

    /** Whether a virtual environment sends requests to the component version, and has the secret of the owner. */
    private boolean shares(VirtualEnvironmentName place, VirtualEnvironmentName owner) {
        ResolvedVirtualEnvironment resolved = view.virtualEnvironment(place);
        Declaration declaration = view.declaration(sidecar.component());
        if (resolved == null
                || declaration == null
                || !sidecar.workload().actsFor(resolved.environment())
                || !isReached(resolved)) {
            return false;
        }
        if (secret instanceof SecretName.AppHeader header) {
            return AppClusters.ownerOf(header.header(), declaration, resolved, view)
                    .equals(Optional.of(owner));
        }
        if (secret instanceof SecretName.AdapterHeader header) {
            return isOwner(owner, header.adapter(), resolved);
        }
        return secret instanceof SecretName.AdapterTls tls
                && (isOwner(owner, tls.adapter(), resolved) || isTarget(owner, tls.adapter(), resolved));
    }

    private boolean isOwner(VirtualEnvironmentName owner, AdapterName adapter, ResolvedVirtualEnvironment at) {
        return AdapterClusters.ownerOf(adapter, at, view).virtualEnvironment().equals(owner);
    }

    /** Virtual environments whose routes add the credentials may share a target with its certificates alone. */
    private boolean isTarget(VirtualEnvironmentName owner, AdapterName adapter, ResolvedVirtualEnvironment at) {
        return at.adapters().get(adapter) instanceof ResolvedAdapter.HttpAdapter http
                && AdapterClusters.targetOf(adapter, http, at, view)
                        .virtualEnvironment()
                        .equals(owner);
    }
}
