package dev.kitsune.xds.delta;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.xds.store.HeldResource;
import dev.kitsune.xds.store.Refusal;
import dev.kitsune.xds.store.StoredResource;
import dev.kitsune.xds.store.Subscription;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The decisions about what one client is sent of one type. What it has is known to its {@link Subscription}. What it
 * rejected, and what it knows to be gone, is rare and is kept here.
 */
final class ClientState {
    private final ResourceType type;
    private final Subscription subscription;
    private Set<String> removed = Set.of();
    private Map<String, Refusal> refused = Map.of();
    private int size;

    ClientState(ResourceType type, Subscription subscription) {
        this.type = type;
        this.subscription = subscription;
    }

    /** The next action for a changed resource. */
    enum SendStep {
        SEND,
        REMOVE,
        NOTHING
    }

    void has(Map<String, String> initialVersions) {
        initialVersions.forEach((name, version) -> holds(name, new HeldResource(version, false)));
    }

    private void holds(String name, @Nullable HeldResource now) {
        HeldResource before = subscription.holds(type, name, now);
        size += (now == null ? 0 : 1) - (before == null ? 0 : 1);
    }

    /** The number of resources that the client has. */
    int size() {
        return size;
    }

    Collection<Refusal> refusals() {
        return refused.values();
    }

    @Nullable
    HeldResource held(String name) {
        return subscription.held(type, name);
    }

    boolean hasRefused(String name) {
        return refused.containsKey(name);
    }

    boolean refused(StoredResource resource) {
        Refusal refusal = refused.get(resource.name());
        return refusal != null && refusal.version().equals(resource.version());
    }

    /** Records that the client acknowledged a resource or a removal. */
    void acknowledged(Item item) {
        String name = item.name();
        StoredResource resource = item.resource();
        forgetRefusal(name);
        if (resource != null) {
            holds(name, HeldResource.of(resource));
            forgetRemoval(name);
        } else {
            holds(name, null);
            // It stays subscribed to a removed resource that it subscribes to by name.
            if (subscription.isNamed(type, name)) {
                removed = removed.isEmpty() ? new HashSet<>() : removed;
                removed.add(name);
            }
        }
    }

    void refused(Refusal refusal) {
        refused = refused.isEmpty() ? new HashMap<>() : refused;
        refused.put(refusal.name(), refusal);
    }

    /** A resource that the client no longer has is no longer rejected. */
    void forgetRefusal(String name) {
        if (!refused.isEmpty()) {
            refused.remove(name);
        }
    }

    void forget(String name) {
        holds(name, null);
        forgetRemoval(name);
        forgetRefusal(name);
    }

    private void forgetRemoval(String name) {
        if (!removed.isEmpty()) {
            removed.remove(name);
        }
    }

    /**
     * Returns the action that a change requires for this client. A resource that a live resource names is never
     * answered as "removed", because Envoy would ignore the removal, hang, or let each request wait for a timeout.
     */
    SendStep step(String name, @Nullable StoredResource now, @Nullable HeldResource held) {
        if (now == null) {
            return held == null ? SendStep.NOTHING : SendStep.REMOVE;
        }
        if (refused(now) || (held != null && held.version().equals(now.version()))) {
            return SendStep.NOTHING;
        }
        if (!now.standIn() || (held != null && held.standIn())) {
            return SendStep.SEND;
        }
        if (held == null) {
            return removed.contains(name) || !answersByStandIn() ? SendStep.NOTHING : SendStep.SEND;
        }
        return switch (type) {
            case CLUSTER, LISTENER, SCOPED_ROUTE -> SendStep.REMOVE;
            case ENDPOINT, ROUTE -> SendStep.NOTHING;
            case SECRET -> SendStep.SEND;
        };
    }

    private boolean answersByStandIn() {
        return type != ResourceType.LISTENER && type != ResourceType.SCOPED_ROUTE;
    }
}
