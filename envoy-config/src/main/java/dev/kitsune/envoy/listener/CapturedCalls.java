package dev.kitsune.envoy.listener;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import dev.kitsune.envoy.Addresses;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.ListenerName;
import dev.kitsune.model.manifest.Platform.Passthrough;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.listener.v3.AdditionalAddress;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilterChainMatchPredicate;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilterChainMatchPredicate.MatchSet;
import io.envoyproxy.envoy.extensions.filters.listener.http_inspector.v3.HttpInspector;
import io.envoyproxy.envoy.extensions.filters.listener.original_dst.v3.OriginalDst;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.type.v3.Int32Range;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The outbound port of a sidecar to which the kernel sends all connections of its app. The app also may call it
 * explicitly.
 */
public final class CapturedCalls {
    /** The filter chain for all requests. */
    public static final String REQUESTS = CalledAddresses.HTTP;

    /** Servers of these ports speak first: FTP, SMTP, POP3, IMAP, MySQL. Inspection would wait for the client in vain. */
    private static final ImmutableList<Integer> SERVER_FIRST = ImmutableList.of(21, 25, 110, 143, 3306);

    private CapturedCalls() {}

    /** {@code explicit}: the same port without captured connections */
    static Listener listener(Listener explicit, ListenerName.OutboundListenerName name, SnapshotView view) {
        CalledAddresses called = CalledAddresses.of(name, view);
        Listener.Builder listener = explicit.toBuilder()
                // A captured connection of IPv6 arrives here.
                .addAdditionalAddresses(AdditionalAddress.newBuilder().setAddress(Addresses.of("::1", name.port())))
                // A pod without IPv6 has no such address.
                .setFreebind(BoolValue.of(true))
                .setListenerFiltersTimeout(Durations.fromMillis(200))
                .setContinueOnListenerFiltersTimeout(true)
                .addListenerFilters(filter("original_dst", OriginalDst.getDefaultInstance()));
        ListenerFilterChainMatchPredicate unseen = unseen(name.port(), called);
        listener.addListenerFilters(filter("tls_inspector", TlsInspector.getDefaultInstance()).toBuilder()
                        .setFilterDisabled(unseen))
                .addListenerFilters(filter("http_inspector", HttpInspector.getDefaultInstance()).toBuilder()
                        .setFilterDisabled(unseen));
        listener.setFilterChains(0, explicit.getFilterChains(0).toBuilder().setName(CalledAddresses.HTTP));
        called.connections()
                .forEach((chain, connection) -> listener.addFilterChains(chain(chain, connection.filter())));
        return listener.addFilterChains(chain(CalledAddresses.PASSTHROUGH, passthrough(view)))
                .setFilterChainMatcher(called.matcher())
                .build();
    }

    private static FilterChain chain(String name, Filter filter) {
        return FilterChain.newBuilder().setName(name).addFilters(filter).build();
    }

    private static Filter passthrough(SnapshotView view) {
        if (view.platform().outside().passthrough() == Passthrough.Refuse) {
            return LocalPorts.close();
        }
        TcpProxy proxy = TcpProxy.newBuilder()
                .setStatPrefix(CalledAddresses.PASSTHROUGH)
                .setCluster(new ClusterName.PassthroughClusterName().toString())
                // Connection pools may keep connections open without limit.
                .setIdleTimeout(Durations.ZERO)
                .build();
        return Filter.newBuilder()
                .setName("envoy.filters.network.tcp_proxy")
                .setTypedConfig(Any.pack(proxy))
                .build();
    }

    /** Matches the connections that are not inspected, because they wait for the server, or because nothing follows from it. */
    private static ListenerFilterChainMatchPredicate unseen(int ownPort, CalledAddresses called) {
        SortedSet<Integer> ports = new TreeSet<>(SERVER_FIRST);
        ports.add(ownPort);
        called.connections().values().forEach(connection -> ports.addAll(connection.ports()));
        MatchSet.Builder any = MatchSet.newBuilder();
        ports.forEach(port -> any.addRules(ListenerFilterChainMatchPredicate.newBuilder()
                .setDestinationPortRange(Int32Range.newBuilder().setStart(port).setEnd(port + 1))));
        return ListenerFilterChainMatchPredicate.newBuilder().setOrMatch(any).build();
    }

    private static ListenerFilter filter(String name, Message config) {
        return ListenerFilter.newBuilder()
                .setName("envoy.filters.listener." + name)
                .setTypedConfig(Any.pack(config))
                .build();
    }
}
