package dev.kitsune.xds.delta;

import static dev.kitsune.envoy.ResourceType.CLUSTER;
import static dev.kitsune.envoy.ResourceType.ROUTE;
import static dev.kitsune.xds.protocol.DeltaClient.names;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.Served;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An Envoy gets clusters before the routes that do not load them, and before all routes if it is older than 1.40. */
class ClustersFirstTest {
    @RegisterExtension
    final Served served = new Served();

    @Test
    void anOlderEnvoyHasTheClustersBeforeTheRoutes() {
        served.mesh().virtualEnvironment("a", "routed", "yes").publishTo(served.store());
        DeltaClient client = connected(39);

        client.subscribe(ROUTE, "a");

        DeltaDiscoveryResponse clusters = client.next();
        assertThat(clusters.getTypeUrl()).isEqualTo(CLUSTER.typeUrl());
        assertThat(names(clusters)).containsExactly("a");
        assertThat(client.untilNow()).isEmpty();
        client.ack(clusters);
        assertThat(names(client.nextAcked())).containsExactly("a");
    }

    @Test
    void aRefusedClusterDelaysNoRoute() {
        served.mesh().virtualEnvironment("a", "routed", "yes").publishTo(served.store());
        DeltaClient client = connected(39);

        client.subscribe(ROUTE, "a");
        client.nack(client.next(), "no");

        assertThat(client.nextAcked().getTypeUrl()).isEqualTo(ROUTE.typeUrl());
    }

    @Test
    void routesThatAreChangedWaitForTheirNewClustersToo() {
        served.mesh().virtualEnvironment("a").publishTo(served.store());
        DeltaClient client = connected(39).subscribe(ROUTE, "a");
        assertThat(client.nextAcked().getTypeUrl()).isEqualTo(ROUTE.typeUrl());

        served.mesh().virtualEnvironment("a", "routed", "yes").publishTo(served.store());

        assertThat(client.nextAcked().getTypeUrl()).isEqualTo(CLUSTER.typeUrl());
        assertThat(client.nextAcked().getTypeUrl()).isEqualTo(ROUTE.typeUrl());
    }

    @Test
    void aReconnectingEnvoyKeepsItsClusters() {
        served.mesh().virtualEnvironment("a", "routed", "yes").publishTo(served.store());
        DeltaClient before = connected(39).subscribe(ROUTE, "a");
        DeltaDiscoveryResponse clusters = before.nextAcked();
        DeltaDiscoveryResponse routes = before.nextAcked();
        String always = served.store().held(CLUSTER).stream()
                .filter(cluster -> cluster.name().equals("always"))
                .findFirst()
                .orElseThrow()
                .version();

        DeltaClient client = served.client(node(39))
                .resume(
                        CLUSTER,
                        Map.of("always", always, "a", clusters.getResources(0).getVersion()));
        client.nextAcked();
        client.resume(ROUTE, Map.of("a", routes.getResources(0).getVersion()), "a");
        assertThat(client.untilNow()).isEmpty();
        served.mesh().virtualEnvironment("a", "routed", "yes", "cluster", "2").publishTo(served.store());

        assertThat(names(client.nextAcked())).containsExactly("a");
    }

    @Test
    void aNewerEnvoySubscribesToClustersItself() {
        served.mesh().virtualEnvironment("a", "routed", "yes").publishTo(served.store());

        assertThat(connected(40).subscribe(ROUTE, "a").nextAcked().getTypeUrl()).isEqualTo(ROUTE.typeUrl());
    }

    @Test
    void aNewerEnvoyHasTheClustersOfRoutesThatTurnOnDemandOffBeforeThem() {
        served.mesh().virtualEnvironment("a", "routed", "loaded").publishTo(served.store());
        DeltaClient client = connected(40).subscribe(ROUTE, "a");

        DeltaDiscoveryResponse clusters = client.next();
        assertThat(names(clusters)).containsExactly("a");
        assertThat(client.untilNow()).isEmpty();
        client.ack(clusters);
        assertThat(client.nextAcked().getTypeUrl()).isEqualTo(ROUTE.typeUrl());
    }

    /** Connects an Envoy with its first subscriptions. */
    private DeltaClient connected(int minor) {
        DeltaClient client = served.client(node(minor)).subscribe(CLUSTER);
        client.nextAcked();
        return client;
    }

    private static Node node(int minor) {
        Node.Builder node =
                DeltaClient.node("test", DeltaClient.GATEWAY).toBuilder().setUserAgentName("envoy");
        node.getUserAgentBuildVersionBuilder()
                .getVersionBuilder()
                .setMajorNumber(1)
                .setMinorNumber(minor);
        return node.build();
    }
}
