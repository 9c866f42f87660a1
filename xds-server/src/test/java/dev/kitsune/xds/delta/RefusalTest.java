package dev.kitsune.xds.delta;

import static dev.kitsune.envoy.ResourceType.CLUSTER;
import static dev.kitsune.envoy.ResourceType.ROUTE;
import static dev.kitsune.envoy.ResourceType.SCOPED_ROUTE;
import static dev.kitsune.envoy.ResourceType.SECRET;
import static dev.kitsune.xds.protocol.DeltaClient.names;
import static dev.kitsune.xds.protocol.DeltaClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Status;
import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.Served;
import dev.kitsune.xds.store.Refusal;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A resource that a client refuses does not affect others. */
class RefusalTest {
    @RegisterExtension
    final Served served = new Served();

    @Test
    void ifTwoOf200AreInvalidTheOther198AreApplied() {
        served.mesh().virtualEnvironments(200).publishTo(served.store());
        DeltaClient client = served.client().subscribe(SCOPED_ROUTE);

        Applied applied = apply(client, Set.of("e3", "e77"));

        assertThat(applied.names()).hasSize(198).doesNotContain("e3", "e77");
        assertThat(applied.responses()).isLessThan(40);
        assertThat(served.server().streams()).singleElement().satisfies(stream -> assertThat(stream.refused())
                .extracting(Refusal::type, Refusal::name, Refusal::detail, Refusal::nodeId)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(SCOPED_ROUTE, "e3", "will not do", "test"),
                        org.assertj.core.groups.Tuple.tuple(SCOPED_ROUTE, "e77", "will not do", "test")));
        assertThat(served.meters()
                        .get("kitsune.xds.refusals")
                        .tag("type", "scoped_route")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void aRefusedResourceWaitsForANewVersionAndOthersAreSent() {
        served.mesh().virtualEnvironment("a").virtualEnvironment("b").publishTo(served.store());
        DeltaClient client = served.client().subscribe(ROUTE, "a", "b");
        apply(client, Set.of("a"));

        served.mesh()
                .virtualEnvironment("a", "cluster", "2")
                .virtualEnvironment("b", "route", "2")
                .publishTo(served.store());
        assertThat(apply(client, Set.of()).names()).containsExactly("b");
        served.mesh().virtualEnvironment("a", "route", "2").publishTo(served.store());
        assertThat(apply(client, Set.of()).names()).containsExactly("a");
        assertThat(served.server().streams()).singleElement().satisfies(stream -> assertThat(stream.refused())
                .isEmpty());
    }

    @Test
    void aRemovedResourceIsNotListedAsRefused() {
        served.mesh().virtualEnvironment("a").virtualEnvironment("b").publishTo(served.store());
        DeltaClient client = served.client().subscribe(SCOPED_ROUTE);
        apply(client, Set.of("a"));

        served.mesh().without("a").virtualEnvironment("b", "scope", "2").publishTo(served.store());
        client.untilNow();

        assertThat(served.server().streams()).singleElement().satisfies(stream -> assertThat(stream.refused())
                .isEmpty());
    }

    @Test
    void aChangeDuringTheSearchForTheRefusedResourceIsSentInItsNewVersion() {
        served.mesh().virtualEnvironment("a").virtualEnvironment("b").publishTo(served.store());
        DeltaClient client = served.client().subscribe(ROUTE, "a", "b");
        DeltaDiscoveryResponse both = client.next();
        served.mesh().virtualEnvironment("a", "route", "good").publishTo(served.store());
        client.untilNow();

        client.nack(both, "will not do");

        assertThat(apply(client, Set.of()).names()).containsExactlyInAnyOrder("a", "b");
        assertThat(served.server().streams()).singleElement().satisfies(stream -> assertThat(stream.refused())
                .isEmpty());
    }

    @Test
    void aRefusalUnderAnUnknownNonceDoesNotCount() {
        served.mesh().virtualEnvironment("a").publishTo(served.store());
        DeltaClient client = served.client().subscribe(ROUTE, "a");
        DeltaDiscoveryResponse response = client.next();

        client.send(request(ROUTE)
                .setResponseNonce("unknown")
                .setErrorDetail(Status.newBuilder().setMessage("will not do")));

        assertThat(client.untilNow()).isEmpty();
        client.ack(response);
        served.mesh().virtualEnvironment("a", "route", "2").publishTo(served.store());
        assertThat(names(client.nextAcked())).containsExactly("a");
    }

    @Test
    void aResourceThatIsUnsubscribedFromInFlightIsNotBlamed() {
        served.mesh().virtualEnvironment("a").virtualEnvironment("b").publishTo(served.store());
        DeltaClient client = served.client().subscribe(ROUTE, "a", "b");
        DeltaDiscoveryResponse both = client.next();

        client.unsubscribe(ROUTE, "b").nack(both, "b will not do");

        assertThat(names(client.nextAcked())).containsExactly("a");
    }

    /** Envoy acknowledges a refused certificate when it is sent again, so a search by halves would find nothing. */
    @Test
    void eachCertificateIsSentAloneSoThatARefusalNamesIt() {
        served.mesh()
                .secret("certificate-1", "bad")
                .secret("certificate-2", "good")
                .secret("key", "good")
                .publishTo(served.store());
        DeltaClient client = served.client().subscribe(SECRET, "key", "certificate-1", "certificate-2");

        assertThat(names(client.nextAcked())).containsExactly("key");
        client.nack(client.next(), "will not do");
        assertThat(names(client.nextAcked())).containsExactly("certificate-2");
        client.untilNow();
        assertThat(served.server().streams()).singleElement().satisfies(stream -> assertThat(stream.refused())
                .extracting(Refusal::name)
                .containsExactly("certificate-1"));
    }

    @Test
    void aRefusalDoesNotAffectOtherTypes() {
        served.mesh().virtualEnvironment("a").publishTo(served.store());
        DeltaClient client = served.client().subscribe(CLUSTER, "a");
        client.nack(client.next(), "will not do");

        assertThat(names(client.subscribe(ROUTE, "a").nextAcked())).containsExactly("a");
    }

    @Test
    void theMessageOfAProxyAboutASecretIsNotShown() {
        served.mesh().secret("key", "hunter2").publishTo(served.store());
        DeltaClient client = served.client().subscribe(SECRET, "key");
        client.nack(client.next(), "hunter2 will not do");
        client.untilNow();

        assertThat(served.server().streams().toString()).contains("key").doesNotContain("hunter2");
    }

    private record Applied(List<String> names, int responses) {}

    /** Behaves like an Envoy that refuses responses with invalid resources, until no more responses arrive. */
    private static Applied apply(DeltaClient client, Set<String> bad) {
        Set<String> applied = new HashSet<>();
        int responses = 0;
        for (List<DeltaDiscoveryResponse> batch = client.untilNow(); !batch.isEmpty(); batch = client.untilNow()) {
            for (DeltaDiscoveryResponse response : batch) {
                responses++;
                if (names(response).stream().anyMatch(bad::contains)) {
                    client.nack(response, "will not do");
                } else {
                    client.ack(response);
                    applied.addAll(names(response));
                }
            }
        }
        return new Applied(List.copyOf(applied), responses);
    }
}
