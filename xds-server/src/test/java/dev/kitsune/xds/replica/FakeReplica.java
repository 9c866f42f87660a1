package dev.kitsune.xds.replica;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.store.AtProxies;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A replica whose state a test sets. */
final class FakeReplica implements ThisReplica {
    private final String name;
    private final Map<VirtualEnvironmentName, ServedGeneration> served = new ConcurrentHashMap<>();
    private final Map<VirtualEnvironmentName, AtProxies> atProxies = new ConcurrentHashMap<>();
    private volatile int connected;

    FakeReplica(String name) {
        this.name = name;
    }

    FakeReplica serves(VirtualEnvironmentName virtualEnvironment, long generation) {
        return serves(virtualEnvironment, generation, 0);
    }

    FakeReplica serves(VirtualEnvironmentName virtualEnvironment, long generation, int release) {
        served.put(virtualEnvironment, new ServedGeneration("uid", generation, release));
        return this;
    }

    FakeReplica servesNoMore(VirtualEnvironmentName virtualEnvironment) {
        served.remove(virtualEnvironment);
        return this;
    }

    FakeReplica has(VirtualEnvironmentName virtualEnvironment, AtProxies at) {
        atProxies.put(virtualEnvironment, at);
        return this;
    }

    FakeReplica connected(int proxies) {
        connected = proxies;
        return this;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<VirtualEnvironmentName> served() {
        return served.keySet();
    }

    @Override
    public @Nullable ServedGeneration generation(VirtualEnvironmentName virtualEnvironment) {
        return served.get(virtualEnvironment);
    }

    @Override
    public AtProxies atProxies(VirtualEnvironmentName virtualEnvironment) {
        return atProxies.getOrDefault(virtualEnvironment, AtProxies.NONE);
    }

    @Override
    public int connected() {
        return connected;
    }
}
