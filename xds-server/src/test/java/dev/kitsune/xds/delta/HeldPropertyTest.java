package dev.kitsune.xds.delta;

import static dev.kitsune.envoy.ResourceType.CLUSTER;
import static dev.kitsune.envoy.ResourceType.ROUTE;
import static dev.kitsune.envoy.ResourceType.SCOPED_ROUTE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.HashMultimap;
import com.google.common.collect.SetMultimap;
import com.google.common.util.concurrent.MoreExecutors;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.DirectClient;
import dev.kitsune.xds.protocol.Mesh;
import dev.kitsune.xds.protocol.MeshResources;
import dev.kitsune.xds.store.AtProxies;
import dev.kitsune.xds.store.ResourceStore;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/**
 * The control plane stores what a client has as the difference to what the client is served. Whatever a client does and
 * whatever changes, the control plane knows what the client has: it sends nothing twice, and in the end the client has
 * what a new client gets. What counts as acknowledged is the newest version at the client.
 */
class HeldPropertyTest {
    private static final List<ResourceType> TYPES = List.of(ROUTE, CLUSTER, SCOPED_ROUTE);

    /** One event. The virtual environment or the value of a variable is chosen by a number. */
    record Step(Event event, int which, ResourceType type) {}

    enum Event {
        CHANGE,
        REMOVE,
        SUBSCRIBE,
        UNSUBSCRIBE,
        WILDCARD,
        NO_WILDCARD,
        HOLD,
        RELEASE,
        RECONNECT
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.of(Event.class), Arbitraries.integers().between(0, 5), Arbitraries.of(TYPES))
                .as(Step::new)
                .list()
                .ofMinSize(10)
                .ofMaxSize(60);
    }

    /** The store, and one client of it. */
    private static final class Exchange {
        private final ResourceStore store = new ResourceStore(new MeshResources(), new SimpleMeterRegistry());
        private final Streams streams = new Streams(store, MoreExecutors.directExecutor(), new SimpleMeterRegistry());
        private final Mesh mesh = new Mesh().virtualEnvironments(3).publishTo(store);
        private final Set<String> there = new HashSet<>(Set.of("e0", "e1", "e2"));
        private final DirectClient client = new DirectClient();
        private final SetMultimap<ResourceType, String> named = HashMultimap.create();
        private boolean wildcard = true;
        private boolean acknowledgedSome;
        private int versions;

        Exchange() {
            open();
        }

        void open() {
            client.connect(streams.open(client));
            for (ResourceType type : TYPES) {
                if (type != SCOPED_ROUTE || !wildcard) {
                    // A client keeps nothing that it does not subscribe to.
                    client.has(type).keySet().retainAll(named.get(type));
                }
                DeltaDiscoveryRequest.Builder first = DeltaDiscoveryRequest.newBuilder()
                        .setNode(DeltaClient.node("test", DeltaClient.GATEWAY))
                        .putAllInitialResourceVersions(client.has(type))
                        .addAllResourceNamesSubscribe(named.get(type));
                if (type == SCOPED_ROUTE && wildcard) {
                    first.addResourceNamesSubscribe("*");
                } else if (named.get(type).isEmpty()) {
                    // Without names, it would be a wildcard.
                    first.addResourceNamesSubscribe("unknown");
                }
                client.send(type, first);
                client.began(type);
            }
        }

        void apply(Step step) {
            String name = "e" + step.which() / 2;
            ResourceType type = step.type();
            switch (step.event()) {
                case CHANGE -> {
                    there.add(name);
                    String value = Integer.toString(step.which() % 2 == 0 ? 0 : ++versions);
                    mesh.virtualEnvironment(name, type.name().toLowerCase(Locale.ROOT), value)
                            .publishTo(store);
                }
                case REMOVE -> {
                    there.remove(name);
                    mesh.without(name).publishTo(store);
                }
                case SUBSCRIBE -> {
                    named.get(type).add(name);
                    client.send(type, DeltaDiscoveryRequest.newBuilder().addResourceNamesSubscribe(name));
                }
                case UNSUBSCRIBE -> {
                    named.get(type).remove(name);
                    client.unsubscribe(type, name, type == SCOPED_ROUTE && wildcard);
                }
                case WILDCARD -> {
                    wildcard = true;
                    client.send(SCOPED_ROUTE, DeltaDiscoveryRequest.newBuilder().addResourceNamesSubscribe("*"));
                }
                case NO_WILDCARD -> {
                    wildcard = false;
                    client.send(SCOPED_ROUTE, DeltaDiscoveryRequest.newBuilder().addResourceNamesUnsubscribe("*"));
                }
                case HOLD -> client.hold(true);
                case RELEASE -> client.hold(false);
                case RECONNECT -> {
                    client.disconnect();
                    open();
                }
            }
        }

        /** Nothing that counts as acknowledged is an earlier version at the client. */
        void assertAcknowledgedMeansNewest() {
            for (String name : there) {
                if (store.atProxies(new VirtualEnvironmentName(name)).acknowledged() == 0) {
                    continue;
                }
                acknowledgedSome = true;
                for (ResourceType type : TYPES) {
                    String has = client.acknowledged(type).get(name);
                    store.held(type).stream()
                            .filter(resource -> has != null && resource.name().equals(name))
                            .forEach(resource ->
                                    assertThat(has).as("%s %s", type, name).isEqualTo(resource.version()));
                }
            }
        }

        /** What of existing virtual environments a client has. Routes of others may stay, because nobody uses them. */
        Map<ResourceType, Map<String, String>> current(DirectClient of) {
            Map<ResourceType, Map<String, String>> found = new HashMap<>();
            TYPES.forEach(type -> {
                Map<String, String> ofType = new HashMap<>(of.has(type));
                ofType.keySet().retainAll(there);
                found.put(type, ofType);
            });
            return found;
        }
    }

    @Property(tries = 3000)
    void theControlPlaneKnowsWhatAClientHas(@ForAll("steps") List<Step> steps) {
        Exchange exchange = new Exchange();
        for (Step step : steps) {
            exchange.apply(step);
            assertThat(exchange.client.faults()).as(step.toString()).isEmpty();
            exchange.assertAcknowledgedMeansNewest();
        }
        exchange.client.hold(false);
        for (String name : exchange.there) {
            AtProxies at = exchange.store.atProxies(new VirtualEnvironmentName(name));
            assertThat(at).isEqualTo(exchange.wildcard ? new AtProxies(1, 1, 0, null) : AtProxies.NONE);
        }

        assertThat(exchange.client.faults()).isEmpty();
        StreamView view = exchange.streams.views().get(0);
        for (ResourceType type : TYPES) {
            StreamView.TypeView ofType = Objects.requireNonNull(view.types().get(type));
            assertThat(ofType.held())
                    .as(type.toString())
                    .isEqualTo(exchange.client.has(type).size());
            assertThat(ofType.waiting()).as(type.toString()).isZero();
        }
        Map<ResourceType, Map<String, String>> has = exchange.current(exchange.client);
        exchange.client.disconnect();
        TYPES.forEach(type -> exchange.client.has(type).clear());
        exchange.open();
        assertThat(has).isEqualTo(exchange.current(exchange.client));
        Statistics.label("acknowledged some").collect(exchange.acknowledgedSome);
        Statistics.label("has something").collect(has.values().stream().anyMatch(ofType -> !ofType.isEmpty()));
    }
}
