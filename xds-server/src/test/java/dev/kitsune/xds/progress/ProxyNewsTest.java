package dev.kitsune.xds.progress;

import static dev.kitsune.envoy.ResourceType.CLUSTER;
import static dev.kitsune.envoy.ResourceType.ROUTE;
import static dev.kitsune.envoy.ResourceType.SCOPED_ROUTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.alarm.SystemAlarm;
import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.ProxyCalls;
import dev.kitsune.xds.protocol.Served;
import dev.kitsune.xds.store.AtProxies;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.type.v3.SemanticVersion;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the proxies of a process have of a virtual environment is known at once, and told. */
class ProxyNewsTest {
    private static final Proxy ON_DEMAND = new Proxy.GatewayProxy("127.0.0.1", 8080, Proxy.Scopes.ON_DEMAND);
    private static final VirtualEnvironmentName A = new VirtualEnvironmentName("a");
    private static final VirtualEnvironmentName B = new VirtualEnvironmentName("b");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** The contract is a second from the last acknowledgement to the status. */
    private static final Duration PROMPT = Duration.ofSeconds(1);

    @RegisterExtension
    private final Served served = new Served();

    private final Queue<Set<VirtualEnvironmentName>> told = new ConcurrentLinkedQueue<>();
    private ProxyNews news;
    private ProxyCalls calls;

    @BeforeEach
    void publish() {
        news = served.closed(new ProxyNews(served.store(), new SystemAlarm("proxy-news")));
        news.listen(told::add);
        calls = served.closed(new ProxyCalls(served.server().port()));
        served.mesh().virtualEnvironment("a").virtualEnvironment("b").publishTo(served.store());
    }

    private DeltaClient connect(String id) {
        DeltaClient client = served.client(DeltaClient.node(id, ON_DEMAND));
        client.subscribe(CLUSTER).nextAcked();
        client.subscribe(SCOPED_ROUTE).nextAcked();
        return client;
    }

    /** A gateway that has loaded a virtual environment. */
    private DeltaClient having(String id, VirtualEnvironmentName virtualEnvironment) {
        DeltaClient client = connect(id);
        var call = calls.load(id, "gw/" + virtualEnvironment);
        client.nextAcked();
        client.subscribe(ROUTE, "gw/" + virtualEnvironment).nextAcked();
        assertThat(call.join().isOk()).isTrue();
        return client;
    }

    private void change(String virtualEnvironment, String... variables) {
        served.mesh().virtualEnvironment(virtualEnvironment, variables).publishTo(served.store());
    }

    private void await(VirtualEnvironmentName virtualEnvironment, int loaded, int acknowledged, int refused) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .untilAsserted(() -> assertNow(virtualEnvironment, loaded, acknowledged, refused));
    }

    private void assertNow(VirtualEnvironmentName virtualEnvironment, int loaded, int acknowledged, int refused) {
        AtProxies now = news.of(virtualEnvironment);
        assertThat(new AtProxies(now.loaded(), now.acknowledged(), now.refused(), null))
                .isEqualTo(new AtProxies(loaded, acknowledged, refused, null));
    }

    private void awaitTold(VirtualEnvironmentName virtualEnvironment) {
        awaitTold(virtualEnvironment, PATIENCE);
    }

    private void awaitTold(VirtualEnvironmentName virtualEnvironment, Duration atMost) {
        Awaitility.await().atMost(atMost).pollInterval(Duration.ofMillis(10)).until(() -> told.stream()
                .anyMatch(names -> names.contains(virtualEnvironment)));
    }

    @Test
    void aVirtualEnvironmentThatNobodyLoadedIsNowhere() {
        connect("p").untilNow();

        assertNow(A, 0, 0, 0);
        assertThat(served.server().connected()).isEqualTo(1);
    }

    @Test
    void aLoadCountsFromItsScopeOnAndIsAcknowledgedWithItsRoutes() {
        DeltaClient proxy = connect("p");
        var call = calls.load("p", "gw/a");
        DeltaDiscoveryResponse scope = proxy.next();
        proxy.untilNow();
        assertNow(A, 1, 0, 0);

        proxy.ack(scope);
        DeltaDiscoveryResponse routes = proxy.subscribe(ROUTE, "gw/a").next();
        proxy.untilNow();
        assertNow(A, 1, 0, 0);
        told.clear();

        proxy.ack(routes);
        awaitTold(A);
        assertNow(A, 1, 1, 0);
        assertNow(B, 0, 0, 0);
        assertThat(call.join().isOk()).isTrue();
    }

    @Test
    void anAcknowledgementThatIsHeldBackCountsWhenItComes() {
        DeltaClient one = having("p", A);
        DeltaClient other = having("q", A);
        await(A, 2, 2, 0);

        change("a", "route", "2");
        DeltaDiscoveryResponse held = one.next();
        other.nextAcked();
        await(A, 2, 1, 0);
        other.untilNow();
        told.clear();

        one.ack(held);
        awaitTold(A, PROMPT);
        assertNow(A, 2, 2, 0);
    }

    @Test
    void oneTypeOfTwoIsNotEnough() {
        DeltaClient proxy = having("p", A);
        proxy.subscribe(CLUSTER, "a").nextAcked();

        change("a", "route", "2", "cluster", "2");
        DeltaDiscoveryResponse clusters = proxy.next();
        assertThat(clusters.getTypeUrl()).isEqualTo(CLUSTER.typeUrl());
        proxy.untilNow();
        assertNow(A, 1, 0, 0);
        DeltaDiscoveryResponse routes = proxy.ack(clusters).next();
        proxy.untilNow();
        assertNow(A, 1, 0, 0);
        proxy.ack(routes);

        await(A, 1, 1, 0);
    }

    @Test
    void aRefusalIsShownInTheProxysWordsUntilTheNextVersion() {
        DeltaClient proxy = having("p", A);
        having("q", B);
        change("a", "route", "2");
        told.clear();

        proxy.nack(proxy.next(), "Only unique values for domains are permitted");
        awaitTold(A);
        assertNow(A, 1, 0, 1);
        assertNow(B, 1, 1, 0);
        assertThat(news.of(A).refusal()).satisfies(refusal -> {
            assertThat(refusal.nodeId()).isEqualTo("p");
            assertThat(refusal.detail()).isEqualTo("Only unique values for domains are permitted");
            assertThat(refusal.name()).isEqualTo("gw/a");
        });

        told.clear();
        change("a", "route", "3");
        proxy.nextAcked();
        await(A, 1, 1, 0);
        awaitTold(A);
        assertThat(news.of(A).refusal()).isNull();
    }

    @Test
    void aProxyThatDisconnectsIsWaitedForNoMore() {
        DeltaClient proxy = having("p", A);
        having("q", A).untilNow();
        change("a", "scoped_route", "2");
        proxy.next();
        told.clear();

        proxy.close();

        await(A, 1, 0, 0);
        awaitTold(A);
    }

    @Test
    void aChangeThatConcernsNoResourceOfAProxyIsAcknowledgedAtOnce() {
        DeltaClient proxy = having("p", A);
        proxy.untilNow();
        told.clear();

        change("a", "endpoint", "2");
        assertNow(A, 1, 1, 0);
        awaitTold(A);
        assertThat(proxy.untilNow()).isEmpty();
    }

    @Test
    void aChangeOfAnotherVirtualEnvironmentTouchesNothingElse() {
        DeltaClient proxy = having("p", A);
        having("q", B);
        await(A, 1, 1, 0);
        proxy.untilNow();
        awaitTold(B);
        told.clear();

        change("b", "route", "2");
        awaitTold(B);
        assertNow(A, 1, 1, 0);
        assertThat(told).allSatisfy(names -> assertThat(names).containsExactly(B));
    }

    @Test
    void aProxyThatReconnectsHasAcknowledgedNothingUntilItHasTheNewest() {
        DeltaClient before = connect("p");
        var call = calls.load("p", "gw/a");
        DeltaDiscoveryResponse scope = before.nextAcked();
        DeltaDiscoveryResponse routes = before.subscribe(ROUTE, "gw/a").nextAcked();
        assertThat(call.join().isOk()).isTrue();
        before.close();
        await(A, 0, 0, 0);
        change("a", "route", "2");

        DeltaClient proxy = served.client(DeltaClient.node("p", ON_DEMAND));
        proxy.subscribe(CLUSTER).nextAcked();
        proxy.resume(SCOPED_ROUTE, versions(scope));
        proxy.resume(ROUTE, versions(routes), "gw/a");
        proxy.untilNow().stream()
                .filter(response -> response.getTypeUrl().equals(SCOPED_ROUTE.typeUrl()))
                .forEach(proxy::ack);
        proxy.untilNow();
        assertNow(A, 1, 0, 0);

        // The server sends no routes again until the ones in flight are answered.
        change("a", "route", "3");
        proxy.untilNow();
        assertNow(A, 1, 0, 0);
    }

    @Test
    void aProxyThatReconnectsWithTheNewestIsSentNothingAndCounts() {
        DeltaClient before = connect("p");
        var call = calls.load("p", "gw/a");
        DeltaDiscoveryResponse scope = before.nextAcked();
        DeltaDiscoveryResponse routes = before.subscribe(ROUTE, "gw/a").nextAcked();
        assertThat(call.join().isOk()).isTrue();

        DeltaClient proxy = served.client(DeltaClient.node("p", ON_DEMAND));
        proxy.subscribe(CLUSTER).nextAcked();
        proxy.resume(SCOPED_ROUTE, versions(scope));
        proxy.resume(ROUTE, versions(routes), "gw/a");
        DeltaDiscoveryResponse empty = proxy.nextAcked();

        assertThat(empty.getResourcesList()).isEmpty();
        await(A, 2, 2, 0);
    }

    private static Map<String, String> versions(DeltaDiscoveryResponse response) {
        return Map.of(
                response.getResources(0).getName(), response.getResources(0).getVersion());
    }

    @Test
    void aProxyWithAllScopesHasEveryVirtualEnvironment() {
        DeltaClient proxy = served.client();
        proxy.subscribe(CLUSTER).nextAcked();
        DeltaDiscoveryResponse scopes = proxy.subscribe(SCOPED_ROUTE).next();
        DeltaDiscoveryResponse routes = proxy.subscribe(ROUTE, "a", "b").next();
        proxy.ack(scopes).untilNow();
        assertNow(A, 1, 0, 0);
        told.clear();
        proxy.ack(routes);
        awaitTold(A);
        awaitTold(B);
        assertNow(A, 1, 1, 0);
        assertNow(B, 1, 1, 0);

        served.mesh().without("b").publishTo(served.store());
        await(B, 0, 0, 0);
    }

    @Test
    void routesThatWaitForTheirClustersAreNotAcknowledgedYet() {
        Node.Builder node = DeltaClient.node("p", ON_DEMAND).toBuilder().setUserAgentName("envoy");
        node.getUserAgentBuildVersionBuilder()
                .setVersion(SemanticVersion.newBuilder().setMajorNumber(1).setMinorNumber(39));
        DeltaClient proxy = served.client(node.build());
        proxy.subscribe(CLUSTER).nextAcked();
        proxy.subscribe(SCOPED_ROUTE).nextAcked();
        var call = calls.load("p", "gw/a");
        proxy.nextAcked();
        proxy.subscribe(ROUTE, "gw/a").nextAcked();
        assertThat(call.join().isOk()).isTrue();
        await(A, 1, 1, 0);

        change("a", "routed", "yes");
        DeltaDiscoveryResponse clusters = proxy.next();
        assertThat(clusters.getTypeUrl()).isEqualTo(CLUSTER.typeUrl());
        proxy.untilNow();
        assertNow(A, 1, 0, 0);
        DeltaDiscoveryResponse routes = proxy.ack(clusters).next();
        assertThat(routes.getTypeUrl()).isEqualTo(ROUTE.typeUrl());
        proxy.untilNow();
        assertNow(A, 1, 0, 0);
        proxy.ack(routes);

        await(A, 1, 1, 0);
    }

    @Test
    void anUnusedVirtualEnvironmentThatIsTakenAwayCountsNoMore() {
        DeltaClient proxy = having("p", A);
        await(A, 1, 1, 0);

        for (int minute = 0; minute < 35; minute++) {
            served.server().minute();
        }
        proxy.untilNow();
        assertThat(news.of(A).loaded()).as("while its requests are counted").isEqualTo(1);
        for (int minute = 0; minute < 10; minute++) {
            served.server().minute();
        }

        await(A, 0, 0, 0);
    }
}
