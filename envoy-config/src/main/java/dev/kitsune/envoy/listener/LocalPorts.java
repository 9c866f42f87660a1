package dev.kitsune.envoy.listener;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import dev.kitsune.envoy.Ads;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.WorkloadScope;
import dev.kitsune.envoy.cluster.AdapterClusters;
import dev.kitsune.envoy.name.ListenerName;
import dev.kitsune.model.manifest.Dependency;
import dev.kitsune.model.manifest.Dependency.DependencyType;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.direct_response.v3.Config;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** TCP adapters at ports of the app's own, in the one virtual environment of its calls that name none. */
public final class LocalPorts {
    private LocalPorts() {}

    /**
     * Those of a sidecar. Of two adapters at one port the first by name has it; the sidecar and its app come before
     * any.
     */
    public static List<ListenerName.LocalListenerName> of(Proxy.SidecarProxy sidecar, SnapshotView view) {
        ResolvedVirtualEnvironment virtualEnvironment =
                virtualEnvironment(sidecar.component(), sidecar.workload(), view);
        Declaration declaration = view.declaration(sidecar.component());
        if (virtualEnvironment == null || declaration == null) {
            return List.of();
        }
        List<Integer> taken = List.of(sidecar.inboundPort(), sidecar.outboundPort(), sidecar.appPort());
        Map<Integer, ListenerName.LocalListenerName> byPort = new TreeMap<>();
        new TreeMap<>(declaration.dependencies()).forEach((name, dependency) -> {
            AdapterName adapter = new AdapterName(declaration.namespace(), name);
            Integer port = port(dependency, virtualEnvironment.adapters().get(adapter));
            if (port != null && !taken.contains(port)) {
                byPort.putIfAbsent(
                        port,
                        new ListenerName.LocalListenerName(sidecar.component(), sidecar.workload(), adapter, port));
            }
        });
        return new ArrayList<>(byPort.values());
    }

    private static @Nullable Integer port(Dependency dependency, @Nullable ResolvedAdapter adapter) {
        if (dependency.type() != DependencyType.Adapter
                || adapter == null
                || adapter instanceof ResolvedAdapter.HttpAdapter) {
            return null;
        }
        if (dependency.listen() != null) {
            return dependency.listen();
        }
        return adapter instanceof ResolvedAdapter.TcpAdapter tcp
                ? tcp.listen()
                : ((ResolvedAdapter.UnavailableAdapter) adapter).listen();
    }

    static Listener listener(ListenerName.LocalListenerName name, SnapshotView view) {
        ResolvedVirtualEnvironment virtualEnvironment = virtualEnvironment(name.version(), name.workload(), view);
        Filter filter = virtualEnvironment != null
                        && virtualEnvironment.adapters().get(name.adapter()) instanceof ResolvedAdapter.TcpAdapter
                ? forward(name.adapter(), virtualEnvironment, view)
                : close();
        return Listeners.listener(name.toString(), "127.0.0.1", name.port(), TrafficDirection.OUTBOUND, filter);
    }

    private static Filter forward(
            AdapterName adapter, ResolvedVirtualEnvironment virtualEnvironment, SnapshotView view) {
        TcpProxy.Builder proxy = TcpProxy.newBuilder()
                .setStatPrefix("adapter/" + adapter)
                .setCluster(AdapterClusters.ownerOf(adapter, virtualEnvironment, view)
                        .toString())
                // A pool keeps connections open for as long as it likes.
                .setIdleTimeout(Durations.ZERO)
                .setOnDemand(TcpProxy.OnDemand.newBuilder()
                        .setOdcdsConfig(Ads.SOURCE)
                        .setTimeout(Durations.fromSeconds(3)));
        if (virtualEnvironment.counted()) {
            proxy.addAccessLog(UseLog.ofConnections(virtualEnvironment.name()))
                    .setAccessLogOptions(TcpProxy.TcpAccessLogOptions.newBuilder()
                            .setFlushAccessLogOnConnected(true)
                            .setAccessLogFlushInterval(UseLog.EVERY));
        }
        return Filter.newBuilder()
                .setName("envoy.filters.network.tcp_proxy")
                .setTypedConfig(Any.pack(proxy.build()))
                .build();
    }

    /** What cannot be reached in this virtual environment, says so by closing. */
    private static Filter close() {
        return Filter.newBuilder()
                .setName("envoy.filters.network.direct_response")
                .setTypedConfig(Any.pack(Config.getDefaultInstance()))
                .build();
    }

    private static @Nullable ResolvedVirtualEnvironment virtualEnvironment(
            ComponentVersion version, @Nullable String workload, SnapshotView view) {
        WorkloadScope scope = WorkloadScope.of(version, workload, view);
        String name = scope.context(view);
        ResolvedVirtualEnvironment virtualEnvironment = name == null ? null : view.virtualEnvironment(name);
        return virtualEnvironment != null
                        && virtualEnvironment.expired() == null
                        && scope.actsFor(virtualEnvironment.environment())
                ? virtualEnvironment
                : null;
    }
}
