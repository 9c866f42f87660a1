package dev.kitsune.xds.store;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.SnapshotView;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The resources that one client rejects, by the virtual environments that they concern. */
final class ClientRefusals {
    static final ClientRefusals NONE = new ClientRefusals(List.of());

    private final List<Refusal> all;
    private final Map<VirtualEnvironmentName, Refusal> byOwner = new HashMap<>();
    private final Map<ResourceKey, Refusal> shared = new HashMap<>();

    ClientRefusals(List<Refusal> all) {
        this.all = List.copyOf(all);
        for (Refusal refusal : all) {
            ResourceKey resource = new ResourceKey(refusal.type(), refusal.name());
            Concerns.owner(resource).ifPresent(owner -> byOwner.merge(owner, refusal, Refusal::earlier));
            if (Concerns.isShared(resource)) {
                shared.put(resource, refusal);
            }
        }
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    boolean areThose(List<Refusal> others) {
        return all.equals(others);
    }

    Set<VirtualEnvironmentName> owners() {
        return byOwner.keySet();
    }

    /** The rejected resources that virtual environments may share. */
    Set<ResourceKey> shared() {
        return shared.keySet();
    }

    /** Returns the earliest rejection that concerns a virtual environment with these scopes at the client; null for none. */
    @Nullable
    Refusal of(VirtualEnvironmentName virtualEnvironment, Collection<String> scopes, SnapshotView view) {
        Refusal first = byOwner.get(virtualEnvironment);
        if (!shared.isEmpty()) {
            for (ResourceKey resource : Concerns.shared(virtualEnvironment, scopes, view)) {
                first = Refusal.earlier(first, shared.get(resource));
            }
        }
        return first;
    }
}
