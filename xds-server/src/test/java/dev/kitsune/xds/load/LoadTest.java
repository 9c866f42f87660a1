package dev.kitsune.xds.load;

import static dev.kitsune.envoy.ResourceType.CLUSTER;
import static dev.kitsune.envoy.ResourceType.ROUTE;
import static dev.kitsune.envoy.ResourceType.SCOPED_ROUTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.ProxyCalls;
import dev.kitsune.xds.protocol.Served;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LoadTest {
    private static final Proxy ON_DEMAND = new Proxy.GatewayProxy("127.0.0.1", 8080, Proxy.Scopes.ON_DEMAND);
    private static final String A = "on-demand/gw/a";
    private static final String B = "on-demand/gw/b";
    private static final long PATIENCE_SECONDS = 20;

    @RegisterExtension
    private final Served served = new Served();

    private ProxyCalls calls;

    @BeforeEach
    void publish() {
        calls = served.closed(new ProxyCalls(served.server().port()));
        served.mesh().virtualEnvironment("a").virtualEnvironment("b").publishTo(served.store());
    }

    private DeltaClient proxy(String id) {
        DeltaClient client = served.client(DeltaClient.node(id, ON_DEMAND));
        client.subscribe(CLUSTER).nextAcked();
        client.subscribe(SCOPED_ROUTE);
        assertThat(DeltaClient.names(client.nextAcked())).isEmpty();
        return client;
    }

    private static Status now(CompletableFuture<Status> call) {
        return call.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    private static void assertLoaded(CompletableFuture<Status> call, DeltaClient proxy, String scope) {
        assertThat(DeltaClient.names(proxy.nextAcked())).containsExactly(scope);
        takeRoutes(proxy, scope);
        assertThat(now(call).isOk()).isTrue();
    }

    /** An Envoy subscribes to the routes of a scope when it gets the scope. */
    private static void takeRoutes(DeltaClient proxy, String scope) {
        String routes = scope.substring(scope.indexOf('/') + 1);
        proxy.subscribe(ROUTE, routes);
        assertThat(DeltaClient.names(proxy.nextAcked())).containsExactly(routes);
    }

    @Test
    void aProxyHasNoScopesUntilItLoadsOneAndGetsOnlyThatOne() {
        DeltaClient proxy = proxy("p");
        DeltaClient other = proxy("q");

        assertLoaded(calls.load("p", "a"), proxy, A);
        assertThat(other.untilNow()).isEmpty();
    }

    @Test
    void theCallIsAnsweredAfterTheAcknowledgementOfTheRoutes() {
        DeltaClient proxy = proxy("p");
        CompletableFuture<Status> call = calls.load("p", "gw/a");
        DeltaDiscoveryResponse scope = proxy.nextAcked();
        assertThat(DeltaClient.names(scope)).containsExactly(A);
        assertThat(proxy.untilNow()).isEmpty();
        assertThat(call).isNotDone();

        DeltaDiscoveryResponse routes = proxy.subscribe(ROUTE, "gw/a").next();
        assertThat(proxy.untilNow()).isEmpty();
        assertThat(call).isNotDone();

        proxy.ack(routes);
        assertThat(now(call).isOk()).isTrue();
    }

    @Test
    void rejectedRoutesSayThatTheVirtualEnvironmentIsBroken() {
        DeltaClient proxy = proxy("p");
        CompletableFuture<Status> call = calls.load("p", "gw/a");
        proxy.nextAcked();
        proxy.nack(proxy.subscribe(ROUTE, "gw/a").next(), "will not do");
        assertThat(now(call).getDescription()).contains("this proxy rejects it");
    }

    @Test
    void onlyTheDirectionOfTheRequestIsLoaded() {
        DeltaClient proxy = proxy("p");
        assertThat(now(calls.load("p", "out/a")).getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(proxy.untilNow()).isEmpty();
        assertLoaded(calls.load("p", "gw/a"), proxy, A);
    }

    @Test
    void whatIsLoadedIsNotSentAgain() {
        DeltaClient proxy = proxy("p");
        assertLoaded(calls.load("p", "a"), proxy, A);

        assertThat(now(calls.load("p", "a")).isOk()).isTrue();
        assertThat(proxy.untilNow()).isEmpty();
    }

    @Test
    void manyCallsForOneVirtualEnvironmentAreAnsweredByOneScope() {
        DeltaClient proxy = proxy("p");
        List<CompletableFuture<Status>> all =
                IntStream.range(0, 50).mapToObj(i -> calls.load("p", "a")).toList();
        assertLoaded(all.get(0), proxy, A);
        assertThat(all).allSatisfy(call -> assertThat(now(call).isOk()).isTrue());
        assertThat(proxy.untilNow()).isEmpty();
    }

    @Test
    void changesReachOnlyTheProxiesThatHaveTheVirtualEnvironment() {
        DeltaClient proxy = proxy("p");
        DeltaClient other = proxy("q");
        assertLoaded(calls.load("p", "a"), proxy, A);
        assertLoaded(calls.load("q", "b"), other, B);

        served.mesh()
                .virtualEnvironment("a", "scoped_route", "changed")
                .virtualEnvironment("new")
                .publishTo(served.store());
        assertThat(proxy.untilNow()).hasSize(1).allSatisfy(changed -> assertThat(DeltaClient.names(changed))
                .containsExactly(A));
        assertThat(other.untilNow()).isEmpty();

        served.mesh().without("b").publishTo(served.store());
        assertThat(other.untilNow()).hasSize(1).allSatisfy(end -> assertThat(end.getRemovedResourcesList())
                .containsExactly(B));
    }

    @Test
    void aRemovedVirtualEnvironmentThatReturnsIsLoadedAgain() {
        DeltaClient proxy = proxy("p");
        assertLoaded(calls.load("p", "a"), proxy, A);
        served.mesh().without("a").publishTo(served.store());
        assertThat(proxy.nextAcked().getRemovedResourcesList()).containsExactly(A);
        assertThat(now(calls.load("p", "a")).getCode()).isEqualTo(Status.Code.NOT_FOUND);

        served.mesh().virtualEnvironment("a").publishTo(served.store());
        assertLoaded(calls.load("p", "a"), proxy, A);
    }

    @Test
    void anUnknownNameIsRefusedWithItsText() {
        proxy("p");
        Status refused = now(calls.load("p", "nobody"));
        assertThat(refused.getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(refused.getDescription()).isEqualTo("there is no virtual environment \"nobody\"");
    }

    @Test
    void aNameThatIsLeftOutSaysSo() {
        proxy("p");
        Status refused = now(calls.load("p", Served.BROKEN.value()));
        assertThat(refused.getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(refused.getDescription())
                .startsWith("there is no virtual environment \"broken\": its manifest has errors");
    }

    @Test
    void aRejectedScopeSaysThatTheVirtualEnvironmentIsBroken() {
        DeltaClient proxy = proxy("p");
        CompletableFuture<Status> call = calls.load("p", "a");
        proxy.nack(proxy.next(), "will not do");
        Status refused = now(call);
        assertThat(refused.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(refused.getDescription()).contains("this proxy rejects it");
    }

    @Test
    void aProxyWithoutAStreamIsGivenAMomentToOpenOne() {
        CompletableFuture<Status> early = calls.load("p", "a");
        assertLoaded(early, proxy("p"), A);

        assertThat(now(calls.load("nobody", "a")).getCode()).isEqualTo(Status.Code.ABORTED);
    }

    @Test
    void aStreamThatEndsEndsItsCalls() {
        DeltaClient proxy = proxy("p");
        CompletableFuture<Status> call = calls.load("p", "a");
        proxy.next();
        proxy.close();
        assertThat(now(call).getCode()).isEqualTo(Status.Code.ABORTED);
    }

    @Test
    void aReconnectedProxyKeepsWhatItHas() {
        DeltaClient before = proxy("p");
        CompletableFuture<Status> call = calls.load("p", "a");
        DeltaDiscoveryResponse scope = before.nextAcked();
        takeRoutes(before, A);
        assertThat(now(call).isOk()).isTrue();
        before.close();

        DeltaClient after = served.client(DeltaClient.node("p", ON_DEMAND));
        after.resume(SCOPED_ROUTE, Map.of(A, scope.getResources(0).getVersion()));
        assertThat(after.nextAcked().getResourcesCount()).isZero();
        served.mesh().virtualEnvironment("a", "scoped_route", "changed").publishTo(served.store());
        assertThat(DeltaClient.names(after.nextAcked())).containsExactly(A);
    }

    /** Its connections may end before it has been unused for long enough. */
    @Test
    void aReconnectedProxyLosesWhatItDoesNotUse() {
        DeltaClient before = proxy("p");
        CompletableFuture<Status> call = calls.load("p", "a");
        DeltaDiscoveryResponse scope = before.nextAcked();
        takeRoutes(before, A);
        assertThat(now(call).isOk()).isTrue();
        minutes(29);
        before.close();

        DeltaClient after = served.client(DeltaClient.node("p", ON_DEMAND));
        after.resume(SCOPED_ROUTE, Map.of(A, scope.getResources(0).getVersion()));
        assertThat(after.nextAcked().getResourcesCount()).isZero();
        minutes(14);
        assertThat(after.untilNow()).isEmpty();
        minutes(1);
        DeltaDiscoveryResponse counted = after.nextAcked();
        assertCounted(counted);
        minutes(5);
        after.close();

        DeltaClient last = served.client(DeltaClient.node("p", ON_DEMAND));
        last.resume(SCOPED_ROUTE, Map.of(A + "/counted", counted.getResources(0).getVersion()));
        DeltaDiscoveryResponse nothing = last.nextAcked();
        assertThat(nothing.getResourcesCount()).isZero();
        assertThat(nothing.getRemovedResourcesCount()).isZero();
        minutes(9);
        assertThat(last.untilNow()).isEmpty();
        minutes(1);
        assertThat(last.nextAcked().getRemovedResourcesList()).containsExactly(A + "/counted");
    }

    @Test
    void whatIsUnusedIsTakenAwayAndLoadedAgain() {
        DeltaClient proxy = proxy("p");
        assertLoaded(calls.load("p", "a"), proxy, A);
        minutes(30);
        assertCounted(proxy.nextAcked());
        minutes(9);
        assertThat(proxy.untilNow()).isEmpty();
        minutes(1);
        assertThat(proxy.nextAcked().getRemovedResourcesList()).containsExactly(A + "/counted");
        assertLoaded(calls.load("p", "a"), proxy, A);
    }

    @Test
    void whatIsUsedStays() {
        DeltaClient proxy = proxy("p");
        assertLoaded(calls.load("p", "a"), proxy, A);
        minutes(39);
        assertCounted(proxy.nextAcked());

        calls.used("p", "a");
        DeltaDiscoveryResponse uncounted = proxy.nextAcked();
        assertThat(uncounted.getRemovedResourcesList()).containsExactly(A + "/counted");
        assertThat(DeltaClient.names(uncounted)).containsExactly(A);
        minutes(4);
        assertThat(proxy.untilNow()).isEmpty();
    }

    @Test
    void aCallForAVirtualEnvironmentWhoseRequestsAreCountedIsAnsweredAtOnce() {
        DeltaClient proxy = proxy("p");
        assertLoaded(calls.load("p", "a"), proxy, A);
        minutes(30);
        assertCounted(proxy.nextAcked());
        takeRoutes(proxy, A + "/counted");
        assertThat(now(calls.load("p", "a")).isOk()).isTrue();
        assertThat(proxy.untilNow()).isEmpty();
    }

    private void minutes(int count) {
        for (int i = 0; i < count; i++) {
            served.server().minute();
        }
    }

    /** The old and the new scope have the same key, so an Envoy accepts them only in one response. */
    private static void assertCounted(DeltaDiscoveryResponse response) {
        assertThat(response.getRemovedResourcesList()).containsExactly(A);
        assertThat(DeltaClient.names(response)).containsExactly(A + "/counted");
    }

    @Test
    void anEagerProxyWaitsForAScopeThatIsUnderWay() {
        DeltaClient eager = served.client(DeltaClient.node("e", DeltaClient.GATEWAY));
        eager.subscribe(SCOPED_ROUTE);
        CompletableFuture<Status> call = calls.load("e", "a");
        assertThat(DeltaClient.names(eager.nextAcked())).containsExactlyInAnyOrder("a", "b");
        assertThat(now(call).isOk()).isTrue();
    }
}
