package dev.kitsune.model.overlay;

import dev.kitsune.model.catalog.Precedence;
import dev.kitsune.model.index.Chain;
import dev.kitsune.model.index.ChainState;
import dev.kitsune.model.index.Declarations.Declared;
import dev.kitsune.model.index.Declarations.Place;
import dev.kitsune.model.index.Deployment;
import dev.kitsune.model.index.Frozen;
import dev.kitsune.model.index.Index;
import dev.kitsune.model.index.StepResults;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.PodTemplate;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Origin;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects the old and new declarations of changed objects, so that each version is decided once. */
public final class Declaring {
    private final Index oldIndex;
    private final StepResults<VirtualEnvironmentName, ChainState> oldChains;
    private final Index index;
    private final StepResults<VirtualEnvironmentName, ChainState> chains;
    private final Map<ComponentVersion, Map<Place, Declared>> old = new HashMap<>();
    private final Map<ComponentVersion, Map<Place, Declared>> now = new HashMap<>();

    public Declaring(
            Index oldIndex,
            StepResults<VirtualEnvironmentName, ChainState> oldChains,
            Index index,
            StepResults<VirtualEnvironmentName, ChainState> chains) {
        this.oldIndex = oldIndex;
        this.oldChains = oldChains;
        this.index = index;
        this.chains = chains;
    }

    public void deployment(ObjectKey key) {
        of(oldIndex, oldIndex.deployment(key), old);
        of(index, index.deployment(key), now);
    }

    public void virtualEnvironment(VirtualEnvironmentName name) {
        of(oldIndex, oldChains.get(name), old);
        of(index, chains.get(name), now);
    }

    /** Returns the declarations by version and place. A value is null if a place no longer declares the version. */
    public Map<ComponentVersion, Map<Place, @Nullable Declared>> changes() {
        Map<ComponentVersion, Map<Place, @Nullable Declared>> changes = new HashMap<>();
        old.forEach((version, places) ->
                places.keySet().forEach(p -> at(changes, version).put(p, null)));
        now.forEach((version, places) -> at(changes, version).putAll(places));
        return changes;
    }

    private static Map<Place, @Nullable Declared> at(
            Map<ComponentVersion, Map<Place, @Nullable Declared>> changes, ComponentVersion version) {
        return changes.computeIfAbsent(version, v -> new HashMap<>());
    }

    private static void of(
            Index index, @Nullable Deployment deployment, Map<ComponentVersion, Map<Place, Declared>> into) {
        if (deployment != null && index.inForce(deployment)) {
            put(index, deployment.key(), false, deployment.declarations(), deployment.templates(), into);
        }
    }

    private static void of(Index index, @Nullable ChainState state, Map<ComponentVersion, Map<Place, Declared>> into) {
        if (state != null && state.chain() != null) {
            Chain chain = state.chain();
            put(index, chain.key(), chain.isFrozen(), chain.components().declares(), templates(chain), into);
        }
    }

    /** Overrides have none of their own. */
    private static Map<ComponentVersion, PodTemplate> templates(Chain chain) {
        Frozen frozen = chain.frozen();
        return frozen == null || !chain.isFrozen() ? Map.of() : frozen.templates();
    }

    private static void put(
            Index index,
            ObjectKey owner,
            boolean frozen,
            Map<ComponentVersion, Declaration> declares,
            Map<ComponentVersion, PodTemplate> templates,
            Map<ComponentVersion, Map<Place, Declared>> into) {
        declares.forEach((version, declaration) -> {
            // A frozen declaration may come from an object that has changed since. In this case the place of its owner
            // is used.
            Origin origin = declaration.origin().object().equals(owner)
                    ? declaration.origin()
                    : new Origin(owner, declaration.origin().field());
            Precedence precedence = Precedence.of(origin, index.position(origin), index.catalog());
            into.computeIfAbsent(version, v -> new HashMap<>())
                    .put(
                            new Place(frozen, precedence, declaration.origin()),
                            new Declared(declaration, templates.get(version)));
        });
    }
}
