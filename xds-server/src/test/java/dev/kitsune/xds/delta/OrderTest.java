package dev.kitsune.xds.delta;

import static dev.kitsune.envoy.ResourceType.CLUSTER;
import static dev.kitsune.envoy.ResourceType.ENDPOINT;
import static dev.kitsune.envoy.ResourceType.ROUTE;
import static dev.kitsune.envoy.ResourceType.SCOPED_ROUTE;
import static dev.kitsune.envoy.ResourceType.SECRET;
import static dev.kitsune.xds.protocol.DeltaClient.names;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.Served;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Within one publish no resource names one that does not exist at the client, and nothing waits without need. */
class OrderTest {
    @RegisterExtension
    final Served served = new Served();

    @Test
    void aRouteWaitsUntilItsClustersAreAcknowledged() {
        DeltaClient client = holding("a");

        served.mesh().virtualEnvironment("a", "cluster", "2", "route", "2").publishTo(served.store());

        List<DeltaDiscoveryResponse> first = client.untilNow();
        assertThat(first).extracting(DeltaClient::type).containsExactly(CLUSTER, ENDPOINT);
        client.ack(first.get(1));
        assertThat(client.untilNow()).isEmpty();
        client.ack(first.get(0));
        DeltaDiscoveryResponse second = client.nextAcked();
        assertThat(DeltaClient.type(second)).isEqualTo(ROUTE);
    }

    @Test
    void aClusterThatIsSentAgainIsFollowedByItsEndpointsWithoutWaiting() {
        DeltaClient client = holding("a");

        served.mesh().virtualEnvironment("a", "cluster", "2").publishTo(served.store());

        assertThat(client.untilNow()).extracting(DeltaClient::type).containsExactly(CLUSTER, ENDPOINT);
    }

    @Test
    void aChangeOfEndpointsSendsNoCluster() {
        DeltaClient client = holding("a");

        served.mesh().virtualEnvironment("a", "endpoint", "2").publishTo(served.store());

        assertThat(client.untilNow()).extracting(DeltaClient::type).containsExactly(ENDPOINT);
    }

    @Test
    void aRouteOfAnotherPublishDoesNotWaitForALaterCluster() {
        DeltaClient client = holding("a", "b");
        served.mesh().virtualEnvironment("a", "route", "2").publishTo(served.store());
        DeltaDiscoveryResponse routes = client.next();
        served.mesh().virtualEnvironment("a", "route", "3").publishTo(served.store());
        client.untilNow();

        served.mesh()
                .virtualEnvironment("b", "cluster", "2")
                .virtualEnvironment("a", "route", "3")
                .publishTo(served.store());
        assertThat(client.untilNow()).extracting(DeltaClient::type).containsExactly(CLUSTER, ENDPOINT);
        client.ack(routes);

        assertThat(names(client.next())).containsExactly("a");
    }

    @Test
    void aSubscriptionOnDemandDoesNotWait() {
        DeltaClient client = holding("a");
        served.mesh()
                .virtualEnvironment("a", "cluster", "2", "route", "2")
                .virtualEnvironment("b")
                .publishTo(served.store());
        client.untilNow();

        client.subscribe(ROUTE, "b");

        assertThat(client.untilNow()).singleElement().satisfies(response -> {
            assertThat(DeltaClient.type(response)).isEqualTo(ROUTE);
            assertThat(names(response)).containsExactly("b");
        });
    }

    @Test
    void aSecretIsSentAtOnce() {
        served.mesh().secret("key", "one");
        DeltaClient client = holding("a").subscribe(SECRET, "key");
        client.nextAcked();

        served.mesh()
                .virtualEnvironment("a", "cluster", "2")
                .secret("key", "two")
                .publishTo(served.store());

        assertThat(client.untilNow()).extracting(DeltaClient::type).containsExactly(CLUSTER, ENDPOINT, SECRET);
    }

    @Test
    void aClusterIsRemovedAfterTheRemovalOfItsScopeIsAcknowledged() {
        DeltaClient client = holding("a");
        client.subscribe(SCOPED_ROUTE);
        client.nextAcked();

        served.mesh().without("a").publishTo(served.store());

        List<DeltaDiscoveryResponse> first = client.untilNow();
        assertThat(first).extracting(DeltaClient::type).containsExactly(SCOPED_ROUTE);
        assertThat(first.get(0).getRemovedResourcesList()).containsExactly("a");
        client.ack(first.get(0));
        DeltaDiscoveryResponse second = client.nextAcked();
        assertThat(DeltaClient.type(second)).isEqualTo(CLUSTER);
        assertThat(second.getRemovedResourcesList()).containsExactly("a");
    }

    @Test
    void aScopeThatTakesTheKeyOfAnotherIsSentWithItsRemoval() {
        DeltaClient client = holding("a").subscribe(SCOPED_ROUTE);
        client.nextAcked();

        served.mesh().without("a").virtualEnvironment("b").publishTo(served.store());

        DeltaDiscoveryResponse response = client.next();
        assertThat(names(response)).containsExactly("b");
        assertThat(response.getRemovedResourcesList()).containsExactly("a");
    }

    /** Returns a client that has acknowledged the cluster, the endpoints and the route of some virtual environments. */
    private DeltaClient holding(String... virtualEnvironments) {
        for (String name : virtualEnvironments) {
            served.mesh().virtualEnvironment(name);
        }
        served.mesh().publishTo(served.store());
        DeltaClient client = served.client();
        client.subscribe(CLUSTER, virtualEnvironments).nextAcked();
        client.subscribe(ENDPOINT, virtualEnvironments).nextAcked();
        client.subscribe(ROUTE, virtualEnvironments).nextAcked();
        return client;
    }
}
