package dev.kitsune.envoy.listener;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import dev.kitsune.envoy.Ads;
import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.WorkloadScope;
import dev.kitsune.envoy.cluster.AdapterClusters;
import dev.kitsune.envoy.name.ListenerName;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.LocalAdapters;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.direct_response.v3.Config;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** TCP adapters at local ports of the app, in the virtual environment of its calls without context. */
public final class LocalPorts {
    private LocalPorts() {}

    /**
     * Returns the local ports of a sidecar. If two adapters have one port, the first by name gets it. Ports of the
     * sidecar and its app are never used.
     */
    public static List<ListenerName.LocalListenerName> of(Audience.Sidecars sidecar, SnapshotView view) {
        VirtualEnvironmentName context = sidecar.workload().virtualEnvironment();
        ResolvedVirtualEnvironment virtualEnvironment = virtualEnvironment(context, view);
        Declaration declaration = view.declaration(sidecar.component());
        if (virtualEnvironment == null
                || declaration == null
                || !sidecar.workload().actsFor(virtualEnvironment.environment())) {
            return List.of();
        }
        List<Integer> taken = List.of(sidecar.inboundPort(), sidecar.outboundPort(), sidecar.appPort());
        return LocalAdapters.of(declaration, virtualEnvironment.adapters()).byPort().entrySet().stream()
                .filter(local -> !taken.contains(local.getKey()))
                .map(local -> new ListenerName.LocalListenerName(
                        sidecar.component(), context, local.getValue(), local.getKey()))
                .toList();
    }

    static Listener listener(ListenerName.LocalListenerName name, SnapshotView view) {
        ResolvedVirtualEnvironment virtualEnvironment = virtualEnvironment(name.context(), view);
        Filter filter = virtualEnvironment == null
                ? close()
                : filter(name.adapter(), virtualEnvironment, view.declaration(name.version()), view);
        return Listeners.listener(name.toString(), "127.0.0.1", name.port(), TrafficDirection.OUTBOUND, filter);
    }

    /** Returns the filter that connects to a TCP adapter, or that closes connections if it cannot be reached. */
    static Filter filter(
            AdapterName adapter,
            ResolvedVirtualEnvironment virtualEnvironment,
            @Nullable Declaration declaration,
            SnapshotView view) {
        return isOpen(adapter, virtualEnvironment, declaration) ? forward(adapter, virtualEnvironment, view) : close();
    }

    private static boolean isOpen(
            AdapterName adapter, ResolvedVirtualEnvironment virtualEnvironment, @Nullable Declaration declaration) {
        return virtualEnvironment.adapters().get(adapter) instanceof ResolvedAdapter.TcpAdapter
                && (declaration == null
                        || !LocalAdapters.of(declaration, virtualEnvironment.adapters())
                                .isCircular(adapter));
    }

    private static Filter forward(
            AdapterName adapter, ResolvedVirtualEnvironment virtualEnvironment, SnapshotView view) {
        TcpProxy.Builder proxy = TcpProxy.newBuilder()
                .setStatPrefix("adapter/" + adapter)
                .setCluster(AdapterClusters.ownerOf(adapter, virtualEnvironment, view)
                        .toString())
                // Connection pools may keep connections open without limit.
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

    /** Closes connections to what cannot be reached. */
    static Filter close() {
        return Filter.newBuilder()
                .setName("envoy.filters.network.direct_response")
                .setTypedConfig(Any.pack(Config.getDefaultInstance()))
                .build();
    }

    /** Returns the virtual environment of the app's calls without context; null for none. */
    static @Nullable ResolvedVirtualEnvironment virtualEnvironment(
            @Nullable VirtualEnvironmentName context, SnapshotView view) {
        VirtualEnvironmentName name = WorkloadScope.context(context, view);
        ResolvedVirtualEnvironment virtualEnvironment = name == null ? null : view.virtualEnvironment(name);
        return virtualEnvironment != null && virtualEnvironment.expired() == null ? virtualEnvironment : null;
    }
}
