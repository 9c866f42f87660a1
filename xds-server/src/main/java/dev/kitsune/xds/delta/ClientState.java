package dev.kitsune.xds.delta;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.xds.store.StoredResource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a client has of one type: what it listed when it connected, and what it acknowledged. */
final class ClientState {
    private final ResourceType type;
    private final Map<String, String> versions = new HashMap<>();
    private final Set<String> standIns = new HashSet<>();
    private final Set<String> removed = new HashSet<>();
    private final Map<String, Refusal> refused = new HashMap<>();

    ClientState(ResourceType type) {
        this.type = type;
    }

    /** What to do about a resource that changed. */
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
     * Takes in what the client took.
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

    /** What nobody has any more is refused by nobody. */
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
     * What a change means to this client. Nothing that something live names is ever answered "removed": Envoy ignores
     * it, or hangs, or costs each request a time-out.
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
