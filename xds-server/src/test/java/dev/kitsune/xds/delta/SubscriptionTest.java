package dev.kitsune.xds.delta;

import static dev.kitsune.envoy.ResourceType.CLUSTER;
import static dev.kitsune.envoy.ResourceType.ROUTE;
import static dev.kitsune.envoy.ResourceType.SCOPED_ROUTE;
import static dev.kitsune.xds.protocol.DeltaClient.names;
import static dev.kitsune.xds.protocol.DeltaClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.Served;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.Status;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client gets exactly the resources that it subscribes to. */
class SubscriptionTest {
    @RegisterExtension
    final Served served = new Served();

    @Test
    void aNameIsSentOnceAndAgainWhenItChanges() {
        served.mesh().virtualEnvironment("a", "route", "1").publishTo(served.store());
        DeltaClient client = served.client().subscribe(ROUTE, "a");

        DeltaDiscoveryResponse first = client.nextAcked();
        assertThat(names(first)).containsExactly("a");
        assertThat(first.getResources(0).getVersion()).hasSize(32);
        served.mesh().virtualEnvironment("a", "route", "1", "cluster", "x").publishTo(served.store());
        assertThat(client.untilNow()).isEmpty();
        served.mesh().virtualEnvironment("a", "route", "2").publishTo(served.store());

        DeltaDiscoveryResponse second = client.nextAcked();
        assertThat(names(second)).containsExactly("a");
        assertThat(second.getResources(0).getVersion())
                .isNotEqualTo(first.getResources(0).getVersion());
    }

    @Test
    void aSecondSubscriptionToANameSendsItAgain() {
        served.mesh().virtualEnvironment("a").virtualEnvironment("b").publishTo(served.store());
        DeltaClient client = served.client().subscribe(ROUTE, "a", "b");
        client.nextAcked();

        client.subscribe(ROUTE, "a");

        assertThat(names(client.nextAcked())).containsExactly("a");
    }

    @Test
    void aResourceIsNotSentAfterUnsubscribing() {
        served.mesh().virtualEnvironment("a").virtualEnvironment("b").publishTo(served.store());
        DeltaClient client = served.client().subscribe(ROUTE, "a", "b");
        client.nextAcked();

        client.unsubscribe(ROUTE, "a").untilNow();
        served.mesh()
                .virtualEnvironment("a", "route", "2")
                .virtualEnvironment("b", "route", "2")
                .publishTo(served.store());

        assertThat(names(client.nextAcked())).containsExactly("b");
        client.subscribe(ROUTE, "a");
        assertThat(names(client.nextAcked())).containsExactly("a");
    }

    @Test
    void anEmptyFirstRequestMeansEverythingThatTheProxyNeeds() {
        served.mesh().virtualEnvironment("a").virtualEnvironment("b").publishTo(served.store());
        DeltaClient client = served.client().subscribe(SCOPED_ROUTE);

        assertThat(names(client.nextAcked())).containsExactlyInAnyOrder("a", "b");
        served.mesh().virtualEnvironment("c").without("a").publishTo(served.store());
        DeltaDiscoveryResponse next = client.nextAcked();
        assertThat(names(next)).containsExactly("c");
        assertThat(next.getRemovedResourcesList()).containsExactly("a");
    }

    @Test
    void anEmptyFirstWildcardRequestIsAnsweredEvenWithNothing() {
        served.mesh().publishTo(served.store());
        DeltaClient client = served.client().subscribe(SCOPED_ROUTE);

        DeltaDiscoveryResponse response = client.nextAcked();

        assertThat(response.getTypeUrl()).isEqualTo(SCOPED_ROUTE.typeUrl());
        assertThat(response.getResourcesList()).isEmpty();
        assertThat(client.untilNow()).isEmpty();
    }

    @Test
    void theStarTurnsTheWildcardOnAndOff() {
        served.mesh().virtualEnvironment("a").virtualEnvironment("b").publishTo(served.store());
        DeltaClient client = served.client().subscribe(SCOPED_ROUTE, "a");
        assertThat(names(client.nextAcked())).containsExactly("a");

        client.subscribe(SCOPED_ROUTE, "*");
        assertThat(names(client.nextAcked())).containsExactly("b");
        client.unsubscribe(SCOPED_ROUTE, "*");
        DeltaDiscoveryResponse off = client.nextAcked();
        assertThat(off.getRemovedResourcesList()).containsExactly("b");
        served.mesh()
                .virtualEnvironment("a", "scoped_route", "2")
                .virtualEnvironment("b", "scoped_route", "2")
                .publishTo(served.store());
        assertThat(names(client.nextAcked())).containsExactly("a");
    }

    @Test
    void unsubscribingANameUnderAWildcardIsAnsweredWithTheResourceOrItsRemoval() {
        served.mesh().virtualEnvironment("a").publishTo(served.store());
        DeltaClient client = served.client().subscribe(SCOPED_ROUTE, "*", "a", "unknown");
        client.nextAcked();

        client.unsubscribe(SCOPED_ROUTE, "a", "unknown");

        DeltaDiscoveryResponse told = client.nextAcked();
        assertThat(names(told)).containsExactly("a");
        assertThat(told.getRemovedResourcesList()).containsExactly("unknown");
    }

    @Test
    void theVersionsOfAReconnectingClientAreNotSentAgain() {
        served.mesh()
                .virtualEnvironment("a")
                .virtualEnvironment("b")
                .virtualEnvironment("gone")
                .publishTo(served.store());
        Map<String, String> had;
        try (DeltaClient before = served.client().subscribe(SCOPED_ROUTE)) {
            had = versions(before.nextAcked());
        }

        served.mesh()
                .virtualEnvironment("b", "scoped_route", "2")
                .without("gone")
                .publishTo(served.store());
        DeltaClient client = served.client().resume(SCOPED_ROUTE, had);

        DeltaDiscoveryResponse response = client.nextAcked();
        assertThat(names(response)).containsExactly("b");
        assertThat(response.getRemovedResourcesList()).containsExactly("gone");
    }

    @Test
    void theNamedVersionsOfAReconnectingClientAreNotSentAgain() {
        served.mesh().virtualEnvironment("a").virtualEnvironment("b").publishTo(served.store());
        Map<String, String> had;
        try (DeltaClient before = served.client().subscribe(ROUTE, "a", "b")) {
            had = versions(before.nextAcked());
        }

        DeltaClient client = served.client().resume(ROUTE, had, "a", "b");
        assertThat(client.untilNow()).isEmpty();
        served.mesh().virtualEnvironment("a", "route", "2").publishTo(served.store());
        assertThat(names(client.nextAcked())).containsExactly("a");
    }

    @Test
    void anUnknownNameIsAnsweredAsRemoved() {
        served.mesh().publishTo(served.store());
        DeltaClient client = served.client().subscribe(ROUTE, "unknown");

        assertThat(client.nextAcked().getRemovedResourcesList()).containsExactly("unknown");
    }

    @Test
    void aProxyGetsOnlyWhatItIsEntitledTo() {
        served.mesh().virtualEnvironment("a", "forbidden", "yes").publishTo(served.store());
        DeltaClient client = served.client().subscribe(CLUSTER, "a");
        assertThat(client.nextAcked().getRemovedResourcesList()).containsExactly("a");

        served.mesh().virtualEnvironment("a").publishTo(served.store());
        assertThat(names(client.nextAcked())).containsExactly("a");
        served.mesh().virtualEnvironment("a", "forbidden", "yes").publishTo(served.store());
        assertThat(client.nextAcked().getRemovedResourcesList()).containsExactly("a");
    }

    @Test
    void theNodeOfTheFirstMessageIsValidForTheStream() {
        served.mesh().virtualEnvironment("a").publishTo(served.store());
        DeltaClient client = served.client().subscribe(SCOPED_ROUTE);
        client.nextAcked();
        client.subscribe(ROUTE, "a");

        assertThat(names(client.nextAcked())).containsExactly("a");
        assertThat(served.server().streams()).singleElement().satisfies(stream -> assertThat(stream.nodeId())
                .isEqualTo("test"));
    }

    @Test
    void anUnknownNodeIsRefusedWithTheReason() {
        served.mesh().publishTo(served.store());
        DeltaClient client =
                served.client(Node.newBuilder().setId("stranger").build()).subscribe(ROUTE, "a");

        Status end = client.end();

        assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(end.getDescription()).contains("stranger").contains("kitsune bootstrap");
    }

    @Test
    void anUnknownTypeIsAnsweredWithNothingAndTheStreamGoesOn() {
        served.mesh().virtualEnvironment("a").publishTo(served.store());
        String typeUrl = "type.googleapis.com/envoy.service.runtime.v3.Runtime";
        DeltaClient client = served.client()
                .send(DeltaDiscoveryRequest.newBuilder().setTypeUrl(typeUrl).addResourceNamesSubscribe("x"));

        DeltaDiscoveryResponse response = client.nextAcked();
        assertThat(response.getTypeUrl()).isEqualTo(typeUrl);
        assertThat(response.getRemovedResourcesList()).containsExactly("x");
        assertThat(names(client.subscribe(ROUTE, "a").nextAcked())).containsExactly("a");
    }

    @Test
    void aStaleNonceOnlyCountsForItsSubscriptions() {
        served.mesh().virtualEnvironment("a").virtualEnvironment("b").publishTo(served.store());
        DeltaClient client = served.client().subscribe(ROUTE, "a");
        DeltaDiscoveryResponse inFlight = client.next();

        client.send(request(ROUTE).setResponseNonce("stale").addResourceNamesSubscribe("b"));
        assertThat(client.untilNow()).as("one response in flight").isEmpty();
        client.ack(inFlight);

        assertThat(names(client.nextAcked())).containsExactly("b");
    }

    @Test
    void noStreamIsAnsweredBeforeTheFirstPublish() {
        DeltaClient client = served.client().subscribe(SCOPED_ROUTE);
        DeltaClient other = served.client().subscribe(CLUSTER);

        served.mesh().virtualEnvironment("a").publishTo(served.store());

        assertThat(names(client.next())).containsExactly("a");
        assertThat(names(other.next())).containsExactly("always");
    }

    static Map<String, String> versions(DeltaDiscoveryResponse response) {
        return response.getResourcesList().stream()
                .collect(java.util.stream.Collectors.toMap(r -> r.getName(), r -> r.getVersion()));
    }
}
