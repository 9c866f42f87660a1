package dev.kitsune.xds.sotw;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.xds.delta.StreamView.TypeView;
import dev.kitsune.xds.store.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * The state of a state-of-the-world stream for display. Each response holds all resources of a type that its client
 * has.
 */
final class StreamState {
    private static final TypeView NOTHING = new TypeView(false, 0, 0, 0, "", false, List.of());

    private final Map<ResourceType, TypeView> types = new ConcurrentHashMap<>();

    Map<ResourceType, TypeView> views() {
        return types;
    }

    void asked(ResourceType type, Set<String> names) {
        change(
                type,
                view -> new TypeView(
                        names.isEmpty(),
                        names.size(),
                        view.held(),
                        view.waiting(),
                        view.acknowledged(),
                        view.inFlight(),
                        view.refused()));
    }

    void sent(ResourceType type, int resources) {
        change(
                type,
                view -> new TypeView(
                        view.wildcard(),
                        view.named(),
                        view.held(),
                        resources,
                        view.acknowledged(),
                        true,
                        view.refused()));
    }

    void acknowledged(ResourceType type, String nonce) {
        change(
                type,
                view -> view.inFlight()
                        ? new TypeView(view.wildcard(), view.named(), view.waiting(), 0, nonce, false, List.of())
                        : view);
    }

    void refused(Refusal refusal) {
        change(
                refusal.type(),
                view -> new TypeView(
                        view.wildcard(), view.named(), view.held(), 0, view.acknowledged(), false, List.of(refusal)));
    }

    private void change(ResourceType type, UnaryOperator<TypeView> change) {
        types.compute(type, (t, before) -> change.apply(before == null ? NOTHING : before));
    }
}
