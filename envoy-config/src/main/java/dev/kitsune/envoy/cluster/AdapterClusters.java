package dev.kitsune.envoy.cluster;

import com.google.common.net.InetAddresses;
import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.ClusterName.HttpVersion;
import dev.kitsune.envoy.name.SecretName;
import dev.kitsune.model.manifest.Adapter.FollowRedirects;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import dev.kitsune.model.snapshot.ResolvedAdapter.ResolvedTls;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.AutoHttpConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An adapter's target: one cluster for each virtual environment with an address of its own, or with credentials of its own
 * if clusters add them.
 */
public final class AdapterClusters {
    private AdapterClusters() {}

    /**
     * Returns the cluster of a virtual environment's calls. It belongs to the farthest ancestor that has the same
     * adapter.
     */
    public static ClusterName.AdapterClusterName ownerOf(
            AdapterName adapter, ResolvedVirtualEnvironment virtualEnvironment, SnapshotView view) {
        return new ClusterName.AdapterClusterName(
                adapter, farthest(adapter, virtualEnvironment, resolved -> resolved, view));
    }

    /**
     * Returns the cluster of calls whose routes add the credentials. It belongs to the farthest ancestor that has the
     * same target.
     */
    public static ClusterName.AdapterClusterName targetOf(
            AdapterName adapter,
            ResolvedAdapter.HttpAdapter http,
            ResolvedVirtualEnvironment virtualEnvironment,
            SnapshotView view) {
        return new ClusterName.AdapterClusterName(
                adapter,
                farthest(adapter, virtualEnvironment, AdapterClusters::target, view),
                SharedTarget.of(http).digest());
    }

    /** Returns all clusters of a virtual environment's calls, for proxies of every version. Others may share them. */
    public static Set<ClusterName> of(ResolvedVirtualEnvironment virtualEnvironment, SnapshotView view) {
        Set<ClusterName> clusters = new HashSet<>();
        virtualEnvironment.adapters().forEach((adapter, resolved) -> {
            List<ClusterName.AdapterClusterName> names = new ArrayList<>();
            names.add(ownerOf(adapter, virtualEnvironment, view));
            if (resolved instanceof ResolvedAdapter.HttpAdapter http) {
                names.add(targetOf(adapter, http, virtualEnvironment, view));
                names.forEach(name -> clusters.add(new ClusterName.AdapterUpgrades(name)));
            }
            clusters.addAll(names);
        });
        return clusters;
    }

    /** Returns the credentials that the routes of a virtual environment add, by header. They belong to the owner. */
    public static SortedMap<String, SecretName> credentials(
            AdapterName adapter,
            ResolvedAdapter.HttpAdapter http,
            ResolvedVirtualEnvironment virtualEnvironment,
            SnapshotView view) {
        return credentials(ownerOf(adapter, virtualEnvironment, view), http);
    }

    private static SortedMap<String, SecretName> credentials(
            ClusterName.AdapterClusterName owner, ResolvedAdapter.HttpAdapter adapter) {
        SortedMap<String, SecretName> secrets = new TreeMap<>();
        SharedTarget.credentials(adapter)
                .forEach(header -> secrets.put(
                        header, new SecretName.AdapterHeader(owner.adapter(), owner.virtualEnvironment(), header)));
        return secrets;
    }

    private static @Nullable SharedTarget target(ResolvedAdapter adapter) {
        return adapter instanceof ResolvedAdapter.HttpAdapter http ? SharedTarget.of(http) : null;
    }

    /** Returns the farthest ancestor that has the same part of an adapter, and between which and it all have it. */
    private static VirtualEnvironmentName farthest(
            AdapterName adapter,
            ResolvedVirtualEnvironment virtualEnvironment,
            Function<ResolvedAdapter, @Nullable Object> part,
            SnapshotView view) {
        ResolvedAdapter resolved = virtualEnvironment.adapters().get(adapter);
        Object own = resolved == null ? null : part.apply(resolved);
        ResolvedVirtualEnvironment owner = virtualEnvironment;
        while (owner.parent() != null && own != null) {
            ResolvedVirtualEnvironment parent = view.virtualEnvironment(owner.parent());
            ResolvedAdapter above = parent == null ? null : parent.adapters().get(adapter);
            if (parent == null || above == null || !own.equals(part.apply(above))) {
                break;
            }
            owner = parent;
        }
        return owner.name();
    }

    static Translated cluster(ClusterName.AdapterClusterName name, SnapshotView view) {
        ResolvedVirtualEnvironment virtualEnvironment = view.virtualEnvironment(name.virtualEnvironment());
        ResolvedAdapter adapter = virtualEnvironment == null
                ? null
                : virtualEnvironment.adapters().get(name.adapter());
        if (adapter instanceof ResolvedAdapter.HttpAdapter http && isStill(name, http)) {
            return new Translated(web(name, name, http, protocol(http), List.of()), false);
        }
        if (adapter instanceof ResolvedAdapter.TcpAdapter tcp && name.target() == null) {
            return new Translated(
                    to(
                                    name,
                                    name,
                                    tcp.target().host(),
                                    tcp.target().port(),
                                    tcp.target().tls(),
                                    tcp.target().tls() == null
                                            ? List.of()
                                            : tcp.target().tls().alpn())
                            .build(),
                    false);
        }
        return Clusters.standIn(name);
    }

    /**
     * If the target has chosen HTTP/2, Envoy would request a WebSocket over HTTP/2, which hardly any server supports.
     */
    static Translated cluster(ClusterName.AdapterUpgrades upgrades, SnapshotView view) {
        ClusterName.AdapterClusterName name = upgrades.plain();
        ResolvedVirtualEnvironment virtualEnvironment = view.virtualEnvironment(name.virtualEnvironment());
        return virtualEnvironment != null
                        && virtualEnvironment.adapters().get(name.adapter()) instanceof ResolvedAdapter.HttpAdapter http
                        && http.target().tls() != null
                        && isStill(name, http)
                ? new Translated(
                        web(upgrades, name, http, Clusters.always(HttpVersion.HTTP1), List.of("http/1.1")), false)
                : Clusters.standIn(upgrades);
    }

    /** Whether the virtual environment has not got another target since the name was made. */
    private static boolean isStill(ClusterName.AdapterClusterName name, ResolvedAdapter.HttpAdapter adapter) {
        return name.target() == null
                || name.target().equals(SharedTarget.of(adapter).digest());
    }

    /** @param alpn replaces the default of the adapter; empty for the default */
    private static Cluster web(
            ClusterName cluster,
            ClusterName.AdapterClusterName name,
            ResolvedAdapter.HttpAdapter adapter,
            HttpProtocolOptions.Builder options,
            List<String> alpn) {
        Clusters.idle(options, adapter.behaviour().idleTimeout());
        if (adapter.behaviour().followRedirects() != FollowRedirects.Never) {
            options.addHttpFilters(RelativeRedirects.of(adapter));
        }
        return Clusters.with(
                        to(
                                cluster,
                                name,
                                adapter.target().host(),
                                adapter.target().port(),
                                adapter.target().tls(),
                                alpn.isEmpty() ? alpn(adapter) : alpn),
                        name.target() == null
                                ? CredentialInjection.inject(options, credentials(name, adapter))
                                : CredentialInjection.require(options, SharedTarget.credentials(adapter)))
                .build();
    }

    private static List<String> alpn(ResolvedAdapter.HttpAdapter adapter) {
        if (adapter.target().tls() != null && !adapter.target().tls().alpn().isEmpty()) {
            return adapter.target().tls().alpn();
        }
        return adapter.grpc() ? List.of("h2") : List.of();
    }

    private static Cluster.Builder to(
            ClusterName clusterName,
            ClusterName.AdapterClusterName name,
            String host,
            int port,
            @Nullable ResolvedTls tls,
            List<String> alpn) {
        boolean literal = InetAddresses.isInetAddress(host);
        Cluster.Builder cluster = Clusters.base(clusterName)
                // An adapter has one set of statistics, because one for each virtual environment takes too much memory.
                .setAltStatName("adapter/" + name.adapter())
                .setType(literal ? Cluster.DiscoveryType.STATIC : Cluster.DiscoveryType.LOGICAL_DNS)
                .setDnsLookupFamily(Cluster.DnsLookupFamily.V4_PREFERRED)
                .setLoadAssignment(Clusters.oneEndpoint(clusterName.toString(), host, port));
        if (tls != null) {
            cluster.setTransportSocket(UpstreamTls.socket(name, tls, alpn));
        }
        return cluster;
    }

    /** With TLS the target chooses by ALPN. Without TLS, gRPC uses HTTP/2 and everything else HTTP/1.1. */
    private static HttpProtocolOptions.Builder protocol(ResolvedAdapter.HttpAdapter adapter) {
        if (adapter.grpc()) {
            return Clusters.always(HttpVersion.HTTP2);
        }
        if (adapter.target().tls() != null) {
            return HttpProtocolOptions.newBuilder()
                    .setAutoConfig(AutoHttpConfig.newBuilder()
                            .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance())
                            .setHttp2ProtocolOptions(Http2ProtocolOptions.getDefaultInstance()));
        }
        return Clusters.always(HttpVersion.HTTP1);
    }
}
