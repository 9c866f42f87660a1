package dev.kitsune.xds.delta;

import static dev.kitsune.envoy.ResourceType.CLUSTER;
import static dev.kitsune.envoy.ResourceType.ENDPOINT;
import static dev.kitsune.envoy.ResourceType.ROUTE;
import static dev.kitsune.envoy.ResourceType.SECRET;
import static dev.kitsune.xds.protocol.DeltaClient.names;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.Served;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Missing resources do not make Envoy wait, and a name that is in use is never answered as removed. */
class StandInTest {
    @RegisterExtension
    final Served served = new Served();

    @ParameterizedTest
    @EnumSource(names = {"CLUSTER", "ENDPOINT", "ROUTE", "SECRET"})
    void aSubscriptionToAMissingResourceGetsAStandIn(ResourceType type) {
        served.mesh().publishTo(served.store());

        DeltaDiscoveryResponse response =
                served.client().subscribe(type, "missing").nextAcked();

        assertThat(names(response)).containsExactly("missing");
        assertThat(response.getRemovedResourcesList()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"ENDPOINT", "ROUTE"})
    void theEndOfAVirtualEnvironmentRemovesNoRouteAndNoEndpoints(ResourceType type) {
        served.mesh().virtualEnvironment("a", "route", "1", "endpoint", "1").publishTo(served.store());
        DeltaClient client = served.client().subscribe(type, "a");
        client.nextAcked();

        served.mesh().without("a").publishTo(served.store());
        assertThat(client.untilNow()).isEmpty();
        served.mesh().virtualEnvironment("a", "route", "2", "endpoint", "2").publishTo(served.store());

        assertThat(names(client.nextAcked())).containsExactly("a");
    }

    @Test
    void theEndOfAVirtualEnvironmentRemovesItsClusterWhichIsSentAgainWhenItReturns() {
        served.mesh().virtualEnvironment("a", "cluster", "1").publishTo(served.store());
        DeltaClient client = served.client().subscribe(CLUSTER, "a");
        client.nextAcked();

        served.mesh().without("a").publishTo(served.store());
        assertThat(client.nextAcked().getRemovedResourcesList()).containsExactly("a");
        served.mesh().virtualEnvironment("a", "cluster", "1").publishTo(served.store());

        assertThat(names(client.nextAcked())).containsExactly("a");
    }

    @Test
    void aSubscriptionToARemovedClusterGetsAStandIn() {
        served.mesh().virtualEnvironment("a", "cluster", "1").publishTo(served.store());
        DeltaClient client = served.client().subscribe(CLUSTER, "a");
        client.nextAcked();
        served.mesh().without("a").publishTo(served.store());
        client.nextAcked();

        assertThat(client.untilNow()).isEmpty();
        assertThat(names(client.subscribe(CLUSTER, "a").nextAcked())).containsExactly("a");
    }

    @Test
    void aRemovedSecretIsSentEmpty() throws Exception {
        served.mesh().secret("key", "one").publishTo(served.store());
        DeltaClient client = served.client().subscribe(SECRET, "key");
        client.nextAcked();

        served.mesh().secret("key", "").publishTo(served.store());

        assertThat(text(client.nextAcked())).isEmpty();
    }

    /** Envoy refuses a certificate without content. It ignores the removal until the certificate returns. */
    @Test
    void aRemovedCertificateIsRemovedAndIsSentAgainWhenItReturns() {
        served.mesh().secret("certificate", "one").publishTo(served.store());
        DeltaClient client = served.client().subscribe(SECRET, "certificate");
        client.nextAcked();

        served.mesh().secret("certificate", "").publishTo(served.store());
        assertThat(client.nextAcked().getRemovedResourcesList()).containsExactly("certificate");
        served.mesh().secret("certificate", "one").publishTo(served.store());

        assertThat(names(client.nextAcked())).containsExactly("certificate");
    }

    @Test
    void aSecretIsRemovedWhenTheProxyIsNoLongerEntitledToIt() throws Exception {
        served.mesh().virtualEnvironment("owner-of-key").secret("key", "one").publishTo(served.store());
        DeltaClient client = served.client().subscribe(SECRET, "key");
        assertThat(text(client.nextAcked())).isEqualTo("one");

        served.mesh().virtualEnvironment("owner-of-key", "forbidden", "yes").publishTo(served.store());

        assertThat(text(client.nextAcked())).isEmpty();
        served.mesh().virtualEnvironment("owner-of-key").publishTo(served.store());
        assertThat(text(client.nextAcked())).isEqualTo("one");
    }

    @Test
    void aStandInIsReplacedByTheRealResource() {
        served.mesh().publishTo(served.store());
        DeltaClient client = served.client().subscribe(ROUTE, "a").subscribe(ENDPOINT, "a");
        client.nextAcked();
        client.nextAcked();

        served.mesh().virtualEnvironment("a", "route", "1").publishTo(served.store());

        assertThat(names(client.nextAcked())).containsExactly("a");
    }

    @Test
    void aBugInTranslationOnlyAffectsItsResource() {
        served.mesh().virtualEnvironment("a").virtualEnvironment("b").publishTo(served.store());
        DeltaClient client = served.client().subscribe(ROUTE, "a", "b");
        client.nextAcked();

        served.mesh()
                .virtualEnvironment("a", "broken", "yes")
                .virtualEnvironment("b", "route", "2")
                .publishTo(served.store());
        assertThat(names(client.nextAcked())).containsExactly("b");
        served.mesh().virtualEnvironment("a", "route", "2").publishTo(served.store());
        assertThat(names(client.nextAcked())).containsExactly("a");
    }

    private static String text(DeltaDiscoveryResponse response) throws InvalidProtocolBufferException {
        assertThat(response.getRemovedResourcesList()).isEmpty();
        return response.getResources(0)
                .getResource()
                .unpack(io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret.class)
                .getGenericSecret()
                .getSecret()
                .getInlineBytes()
                .toStringUtf8();
    }
}
