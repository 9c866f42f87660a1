package dev.kitsune.e2e.net;

import com.github.xds.type.matcher.v3.Matcher;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UInt32Value;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.Translated;
import dev.kitsune.model.snapshot.SnapshotView;
import dev.kitsune.xds.store.TranslatedResources;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import java.util.Optional;

/** A rule of the listener for captured calls that a control plane leaves out, to show what happens without it. */
enum MissingRule {
    /** The addresses of declared names come before the first bytes. */
    ADDRESSES {
        @Override
        Listener without(Listener listener) {
            return keepingAddresses(listener, "127.0.0.1", "::1");
        }
    },
    /** The listener's own address never passes. */
    OWN_ADDRESS {
        @Override
        Listener without(Listener listener) {
            return keepingAddresses(listener);
        }
    },
    /** Ports of servers that speak first are not inspected. */
    SERVER_FIRST_PORTS {
        @Override
        Listener without(Listener listener) {
            Listener.Builder inspecting = listener.toBuilder();
            inspecting.getListenerFiltersBuilderList().forEach(ListenerFilter.Builder::clearFilterDisabled);
            return inspecting.build();
        }
    },
    /** Only plain text is HTTP. */
    PLAIN_TEXT {
        @Override
        Listener without(Listener listener) {
            Matcher addresses = listener.getFilterChainMatcher();
            Matcher plain = addresses
                    .getOnNoMatch()
                    .getMatcher()
                    .getMatcherTree()
                    .getExactMatchMap()
                    .getMapOrThrow("raw_buffer")
                    .getMatcher();
            return listener.toBuilder()
                    .setFilterChainMatcher(addresses.toBuilder()
                            .setOnNoMatch(Matcher.OnMatch.newBuilder().setMatcher(plain)))
                    .build();
        }
    },
    /** A connection goes on after the time for its inspection. */
    GOING_ON {
        @Override
        Listener without(Listener listener) {
            return listener.toBuilder()
                    .setContinueOnListenerFiltersTimeout(false)
                    .build();
        }
    },
    /** HTTP/1.0 is answered. */
    OLD_CLIENTS {
        @Override
        Listener without(Listener listener) {
            Listener.Builder modern = listener.toBuilder();
            try {
                Any config = listener.getFilterChains(0).getFilters(0).getTypedConfig();
                HttpConnectionManager.Builder manager = config.unpack(HttpConnectionManager.class).toBuilder();
                manager.getHttpProtocolOptionsBuilder().setAcceptHttp10(false);
                modern.getFilterChainsBuilder(0).getFiltersBuilder(0).setTypedConfig(Any.pack(manager.build()));
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
            return modern.build();
        }
    },
    /** The kernel sends connections of IPv6 to the loopback address of IPv6. */
    IPV6 {
        @Override
        Listener without(Listener listener) {
            return listener.toBuilder().clearAdditionalAddresses().build();
        }
    };

    /** A connection that comes back to the listener must not use up all sockets of the machine. */
    private static final int LOOPS = 20;

    abstract Listener without(Listener listener);

    private static Listener keepingAddresses(Listener listener, String... kept) {
        Listener.Builder other = listener.toBuilder();
        Matcher.MatcherTree.MatchMap all =
                listener.getFilterChainMatcher().getMatcherTree().getExactMatchMap();
        Matcher.MatcherTree.MatchMap.Builder rest = Matcher.MatcherTree.MatchMap.newBuilder();
        for (String address : kept) {
            rest.putMap(address, all.getMapOrThrow(address));
        }
        if (kept.length == 0) {
            // The map must not be empty, and nothing has this address.
            rest.putMap("192.0.2.1", all.getMapOrThrow("127.0.0.1"));
        }
        other.getFilterChainMatcherBuilder().getMatcherTreeBuilder().setExactMatchMap(rest);
        return other.build();
    }

    /** Returns resources that are those of Kitsune, except for this rule. */
    TranslatedResources resources() {
        return new TranslatedResources() {
            @Override
            public Optional<Translated> translate(ResourceType type, String name, SnapshotView view) {
                return super.translate(type, name, view)
                        .map(made -> new Translated(spoiled(name, made.resource()), made.standIn()));
            }
        };
    }

    private Message spoiled(String name, Message made) {
        if (made instanceof Listener listener && name.startsWith("transparent/")) {
            return without(listener);
        }
        if (made instanceof Cluster cluster && name.equals("passthrough")) {
            Cluster.Builder bounded = cluster.toBuilder();
            bounded.getCircuitBreakersBuilder().getThresholdsBuilder(0).setMaxConnections(UInt32Value.of(LOOPS));
            return bounded.build();
        }
        return made;
    }
}
