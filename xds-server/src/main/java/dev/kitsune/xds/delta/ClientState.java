package dev.kitsune.xds.delta;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.xds.store.StoredResource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The resources of one type that a client has: those that it listed when it connected, and those that it acknowledged.
 */
final class ClientState {
    private final ResourceType type;
    private final Map<String, String> versions = new HashMap<>();
    private final Set<String> standIns = new HashSet<>();
    private final Set<String> removed = new HashSet<>();
    private final Map<String, Refusal> refused = new HashMap<>();

    ClientState(ResourceType type) {
        this.type = type;
    }

    /** The next action for a changed resource. */
    enum SendStep {
        SEND,
        REMOVE,
        NOTHING
    }

    /** One resource that the client has, or will have when it acknowledges what is in flight. */
    record HeldResource(String version, boolean standIn) {}

    void has(Map<String, String> initialVersions) {
        versions.putAll(initialVersions);
    }

    int size() {
        return versions.size();
    }

    Collection<Refusal> refusals() {
        return refused.values();
    }

    @Nullable
    HeldResource held(String name) {
        String version = versions.get(name);
        return version == null ? null : new HeldResource(version, standIns.contains(name));
    }

    boolean hasRefused(String name) {
        return refused.containsKey(name);
    }

    boolean refused(StoredResource resource) {
        Refusal refusal = refused.get(resource.name());
        return refusal != null && refusal.version().equals(resource.version());
    }

    /**
     * Records the resources that the client acknowledged.
     *
     * @param named whether the client subscribes to it by name, so that it stays subscribed to what was removed
     */
    void acknowledged(Item item, boolean named) {
        String name = item.name();
        StoredResource resource = item.resource();
        standIns.remove(name);
        refused.remove(name);
        if (resource == null) {
            versions.remove(name);
            if (named) {
                removed.add(name);
            }
        } else {
            versions.put(name, resource.version());
            removed.remove(name);
            if (resource.standIn()) {
                standIns.add(name);
            }
        }
    }

    void refused(Refusal refusal) {
        refused.put(refusal.name(), refusal);
    }

    /** A resource that the client no longer has is no longer rejected. */
    void forgetRefusal(String name) {
        refused.remove(name);
    }

    void forget(String name) {
        versions.remove(name);
        standIns.remove(name);
        removed.remove(name);
        refused.remove(name);
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
