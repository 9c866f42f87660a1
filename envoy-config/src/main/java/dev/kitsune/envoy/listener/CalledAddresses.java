package dev.kitsune.envoy.listener;

import com.github.xds.core.v3.TypedExtensionConfig;
import com.github.xds.type.matcher.v3.Matcher;
import com.github.xds.type.matcher.v3.Matcher.MatcherTree;
import com.github.xds.type.matcher.v3.Matcher.MatcherTree.MatchMap;
import com.github.xds.type.matcher.v3.Matcher.OnMatch;
import com.google.common.collect.ImmutableList;
import com.google.common.net.InetAddresses;
import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import dev.kitsune.envoy.name.ListenerName;
import dev.kitsune.envoy.route.CalledServices;
import dev.kitsune.model.manifest.Dependency;
import dev.kitsune.model.manifest.Dependency.DependencyType;
import dev.kitsune.model.manifest.Service;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.ApplicationProtocolInput;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.DestinationIPInput;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.TransportProtocolInput;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides which filter chain a captured connection gets: by its address, if that is one of a declared dependency, and
 * else by what its first bytes are. A client may send its first byte late, so the address is certain and the bytes are
 * not. It is a matcher apart from the chains, so that another address changes no chain and drains no connection.
 *
 * @param http the addresses of dependencies that are called by HTTP
 * @param connections the TCP adapters, by the name of their chain
 */
record CalledAddresses(SortedSet<String> http, SortedMap<String, Connection> connections) {
    static final String HTTP = "http";
    static final String PASSTHROUGH = "passthrough";

    /** The listener's own. Only explicit calls have these, because the kernel captures no connection to the pod itself. */
    private static final ImmutableList<String> OWN = ImmutableList.of("127.0.0.1", "::1");

    /** {@code ports}: the local ports of the adapter, at which its clients expect it */
    record Connection(SortedSet<String> addresses, Set<Integer> ports, Filter filter) {
        Connection {
            addresses = Collections.unmodifiableSortedSet(new TreeSet<>(addresses));
            ports = Set.copyOf(ports);
        }
    }

    CalledAddresses {
        http = Collections.unmodifiableSortedSet(new TreeSet<>(http));
        connections = Collections.unmodifiableSortedMap(new TreeMap<>(connections));
    }

    static CalledAddresses of(ListenerName.OutboundListenerName name, SnapshotView view) {
        Declaration declaration = view.declaration(name.version());
        if (declaration == null) {
            return new CalledAddresses(Collections.emptySortedSet(), Collections.emptySortedMap());
        }
        ResolvedVirtualEnvironment context = LocalPorts.virtualEnvironment(name.context(), view);
        SortedSet<String> http = new TreeSet<>();
        SortedMap<String, Connection> connections = new TreeMap<>();
        // Nobody but a cluster decides who has an address, so nothing says that there is only one.
        Set<String> taken = new TreeSet<>();
        new TreeMap<>(declaration.dependencies()).forEach((dependency, declared) -> {
            Service service = CalledServices.of(dependency, declared, name.version(), declaration, view);
            List<String> addresses = service == null
                    ? List.of()
                    : service.addresses().stream()
                            .map(CalledAddresses::asEnvoyWritesIt)
                            .filter(taken::add)
                            .toList();
            if (addresses.isEmpty()) {
                return;
            }
            AdapterName adapter = new AdapterName(declaration.namespace(), dependency);
            ResolvedAdapter resolved = declared.type() == DependencyType.Adapter && context != null
                    ? context.adapters().get(adapter)
                    : null;
            if (context != null && isConnection(resolved, declared)) {
                connections.put(
                        "adapter/" + adapter,
                        new Connection(
                                new TreeSet<>(addresses),
                                ports(resolved, declared),
                                LocalPorts.filter(adapter, context, declaration, view)));
            } else {
                http.addAll(addresses);
            }
        });
        return new CalledAddresses(http, connections);
    }

    /** The matcher compares texts. Envoy's own matcher of ranges is not covered by its threat model. */
    private static String asEnvoyWritesIt(String address) {
        return InetAddresses.toAddrString(InetAddresses.forString(address));
    }

    private static boolean isConnection(@Nullable ResolvedAdapter adapter, Dependency declared) {
        return adapter instanceof ResolvedAdapter.TcpAdapter
                || (adapter instanceof ResolvedAdapter.UnavailableAdapter
                        && !ports(adapter, declared).isEmpty());
    }

    private static Set<Integer> ports(@Nullable ResolvedAdapter adapter, Dependency declared) {
        Integer own = adapter instanceof ResolvedAdapter.TcpAdapter tcp
                ? tcp.listen()
                : adapter instanceof ResolvedAdapter.UnavailableAdapter unavailable ? unavailable.listen() : null;
        Integer port = declared.localPort(own);
        return port == null ? Set.of() : Set.of(port);
    }

    Matcher matcher() {
        MatchMap.Builder addresses = MatchMap.newBuilder();
        OWN.forEach(address -> addresses.putMap(address, chain(HTTP)));
        // Nobody but the app can read TLS, so it passes untouched.
        OnMatch request = OnMatch.newBuilder()
                .setMatcher(exactly(TransportProtocolInput.getDefaultInstance(), List.of("tls"), PASSTHROUGH)
                        .setOnNoMatch(chain(HTTP)))
                .build();
        http.forEach(address -> addresses.putMap(address, request));
        connections.forEach((chain, connection) ->
                connection.addresses().forEach(address -> addresses.putMap(address, chain(chain))));
        return Matcher.newBuilder()
                .setMatcherTree(MatcherTree.newBuilder()
                        .setInput(extension("address", DestinationIPInput.getDefaultInstance()))
                        .setExactMatchMap(addresses))
                .setOnNoMatch(OnMatch.newBuilder().setMatcher(byFirstBytes()))
                .build();
    }

    /** TLS may carry HTTP as well, so only plain text counts. */
    private static Matcher byFirstBytes() {
        Matcher plain = exactly(
                        ApplicationProtocolInput.getDefaultInstance(),
                        List.of("'http/1.0'", "'http/1.1'", "'h2c'"),
                        HTTP)
                .setOnNoMatch(chain(PASSTHROUGH))
                .build();
        return Matcher.newBuilder()
                .setMatcherTree(MatcherTree.newBuilder()
                        .setInput(extension("transport", TransportProtocolInput.getDefaultInstance()))
                        .setExactMatchMap(MatchMap.newBuilder()
                                .putMap(
                                        "raw_buffer",
                                        OnMatch.newBuilder().setMatcher(plain).build())))
                .setOnNoMatch(chain(PASSTHROUGH))
                .build();
    }

    private static Matcher.Builder exactly(Message input, List<String> values, String chain) {
        MatchMap.Builder map = MatchMap.newBuilder();
        values.forEach(value -> map.putMap(value, chain(chain)));
        return Matcher.newBuilder()
                .setMatcherTree(MatcherTree.newBuilder()
                        .setInput(extension("protocol", input))
                        .setExactMatchMap(map));
    }

    private static OnMatch chain(String name) {
        return OnMatch.newBuilder()
                .setAction(extension("chain", StringValue.of(name)))
                .build();
    }

    private static TypedExtensionConfig extension(String name, Message config) {
        return TypedExtensionConfig.newBuilder()
                .setName(name)
                .setTypedConfig(Any.pack(config))
                .build();
    }
}
