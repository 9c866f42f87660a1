package dev.kitsune.xds.identity;

import static dev.kitsune.envoy.ResourceType.CLUSTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.xds.delta.StreamView;
import dev.kitsune.xds.identity.Caller.Identified;
import dev.kitsune.xds.identity.ProxyRights.GatewayRights;
import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.Mesh;
import dev.kitsune.xds.protocol.MeshResources;
import dev.kitsune.xds.protocol.ProxyCalls;
import dev.kitsune.xds.server.Peers;
import dev.kitsune.xds.server.XdsServer;
import dev.kitsune.xds.store.ResourceStore;
import io.grpc.InsecureServerCredentials;
import io.grpc.Status;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The check of the test answers when the test wants. */
class CallerInterceptorTest {
    private final List<CompletableFuture<Caller>> asked = new CopyOnWriteArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ResourceStore store = new ResourceStore(new MeshResources(), meters);
    private final XdsServer server = new XdsServer(
            store,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            (virtualEnvironment, at) -> {},
            name -> false,
            meters,
            Peers.NONE,
            new PortAccess(credentials -> ask(), InsecureServerCredentials.create()));
    private final List<AutoCloseable> opened = new ArrayList<>();

    private CompletableFuture<Caller> ask() {
        CompletableFuture<Caller> answer = new CompletableFuture<>();
        asked.add(answer);
        return answer;
    }

    @BeforeEach
    void start() throws Exception {
        server.start();
        new Mesh().virtualEnvironment("a").publishTo(store);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
        server.close();
    }

    private static Identified gateway(String id, CallerStanding standing) {
        return new Identified(id, new GatewayRights(), standing);
    }

    /** Returns a client whose call has arrived, and waits for the check. */
    private DeltaClient arrived() {
        int before = asked.size();
        DeltaClient client = new DeltaClient(server.port());
        opened.add(client);
        client.subscribe(CLUSTER);
        Awaitility.await().until(() -> asked.size() == before + 1);
        return client;
    }

    private CompletableFuture<Caller> last() {
        return asked.get(asked.size() - 1);
    }

    @Test
    void aCallWaitsForItsCheckAndIsThenServed() {
        DeltaClient client = arrived();
        assertThat(server.streams()).as("nothing has begun").isEmpty();

        last().complete(gateway("shop/gw-0", new CallerStanding()));

        assertThat(client.nextAcked().getResourcesCount()).isEqualTo(1);
        assertThat(server.streams()).extracting(StreamView::nodeId).containsExactly("shop/gw-0");
    }

    @Test
    void aWaitingCallHoldsUpNoOther() {
        for (int i = 0; i < 10; i++) {
            arrived();
        }
        DeltaClient client = arrived();
        last().complete(gateway("gw", new CallerStanding()));
        assertThat(client.nextAcked().getResourcesCount()).isEqualTo(1);
    }

    @Test
    void aRefusalReachesTheCallerInItsOwnWords() {
        DeltaClient client = arrived();
        last().completeExceptionally(new CallRefusedException(
                Status.UNAVAILABLE.withDescription("the API server is away: try again")));

        assertThat(client.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(client.end().getDescription()).isEqualTo("the API server is away: try again");
    }

    @Test
    void aFailedCheckTellsTheCallerNothingOfTheFailure() {
        DeltaClient client = arrived();
        last().completeExceptionally(new IllegalStateException("secret details"));

        assertThat(client.end().getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(client.end().getDescription()).doesNotContain("secret");
    }

    @Test
    void theEndOfAStandingEndsItsStreamsAndNoOthers() {
        CallerStanding ending = new CallerStanding();
        DeltaClient first = arrived();
        last().complete(gateway("gw", ending));
        DeltaClient second = arrived();
        last().complete(gateway("gw", ending));
        DeltaClient other = arrived();
        last().complete(gateway("gw", new CallerStanding()));
        List.of(first, second, other).forEach(DeltaClient::nextAcked);

        ending.end(Status.UNAUTHENTICATED.withDescription("the pod was deleted"));

        for (DeltaClient ended : List.of(first, second)) {
            assertThat(ended.end().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(ended.end().getDescription()).isEqualTo("the pod was deleted");
        }
        Awaitility.await("what they held is released")
                .untilAsserted(() -> assertThat(server.streams()).hasSize(1));
        assertThat(other.untilNow()).as("it is still answered").isEmpty();
    }

    @Test
    void aCallWhoseStandingIsOverEndsAtOnce() {
        CallerStanding over = new CallerStanding();
        over.end(Status.UNAUTHENTICATED.withDescription("relabelled"));
        DeltaClient client = arrived();
        last().complete(gateway("gw", over));

        assertThat(client.end().getDescription()).isEqualTo("relabelled");
        Awaitility.await().untilAsserted(() -> assertThat(server.streams()).isEmpty());
    }

    @Test
    void aClientThatLeavesWhileItWaitsLeavesNothing() {
        DeltaClient client = arrived();
        client.close();
        opened.remove(client);
        last().complete(gateway("gw", new CallerStanding()));

        DeltaClient next = arrived();
        last().complete(gateway("gw", new CallerStanding()));
        next.nextAcked();
        Awaitility.await().untilAsserted(() -> assertThat(server.streams()).hasSize(1));
    }

    @Test
    void theIdOfACallIsThatOfItsCredentials() {
        DeltaClient gateway = arrived();
        last().complete(gateway("gw", new CallerStanding()));
        gateway.nextAcked();
        ProxyCalls calls = new ProxyCalls(server.port());
        opened.add(calls);

        CompletableFuture<Status> load = calls.load("gw", "gw/a");
        Awaitility.await().until(() -> asked.size() == 2);
        last().complete(gateway("somebody-else", new CallerStanding()));

        assertThat(load.join().getCode()).as("it has no stream").isNotEqualTo(Status.Code.OK);
    }
}
