package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.Dependency;
import dev.kitsune.model.manifest.Dependency.DependencyType;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The TCP adapters for which the sidecar of a component listens at local ports, in one virtual environment.
 *
 * @param byPort the adapter of each port; if two have the same port, the first by name
 */
public record LocalAdapters(SortedMap<Integer, AdapterName> byPort, Map<AdapterName, ResolvedAdapter> adapters) {
    public LocalAdapters {
        byPort = Collections.unmodifiableSortedMap(new TreeMap<>(byPort));
    }

    /**
     * Returns the local adapters that a component version declares.
     *
     * @param adapters all adapters of the virtual environment
     */
    public static LocalAdapters of(Declaration declaration, Map<AdapterName, ResolvedAdapter> adapters) {
        SortedMap<Integer, AdapterName> byPort = new TreeMap<>();
        new TreeMap<>(declaration.dependencies()).forEach((name, dependency) -> {
            AdapterName adapter = new AdapterName(declaration.namespace(), name);
            Integer port = port(dependency, adapters.get(adapter));
            if (port != null) {
                byPort.putIfAbsent(port, adapter);
            }
        });
        return new LocalAdapters(byPort, adapters);
    }

    private static @Nullable Integer port(Dependency dependency, @Nullable ResolvedAdapter adapter) {
        if (dependency.type() != DependencyType.Adapter
                || adapter == null
                || adapter instanceof ResolvedAdapter.HttpAdapter) {
            return null;
        }
        return dependency.localPort(
                adapter instanceof ResolvedAdapter.TcpAdapter tcp
                        ? tcp.listen()
                        : ((ResolvedAdapter.UnavailableAdapter) adapter).listen());
    }

    /**
     * Whether an adapter's address leads back to one of these ports in a circle. The sidecar would connect to itself
     * again and again until it has no sockets left.
     */
    public boolean isCircular(AdapterName adapter) {
        Set<AdapterName> passed = new HashSet<>();
        AdapterName next = adapter;
        while (next != null && passed.add(next)) {
            next = adapters.get(next) instanceof ResolvedAdapter.TcpAdapter tcp
                            && Address.isLoopback(tcp.target().host())
                    ? byPort.get(tcp.target().port())
                    : null;
        }
        return next != null;
    }
}
