package dev.kitsune.xds.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.common.net.HostAndPort;
import com.google.protobuf.StringValue;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.load.OtherReplicas;
import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.MeshResources;
import dev.kitsune.xds.server.Peers;
import dev.kitsune.xds.server.XdsServer;
import dev.kitsune.xds.store.AtProxies;
import dev.kitsune.xds.store.Refusal;
import dev.kitsune.xds.store.ResourceStore;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Replicas with real servers report to each other over loopback. */
class ReplicasTest {
    private static final VirtualEnvironmentName A = new VirtualEnvironmentName("a");
    private static final VirtualEnvironmentName B = new VirtualEnvironmentName("b");
    private static final String TOKEN = "known-to-replicas-only";
    private static final Duration BEAT = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Instant MINUTE = Instant.parse("2026-11-30T13:10:00Z");

    private final Set<String> ready = ConcurrentHashMap.newKeySet();
    private final List<Replica> replicas = new ArrayList<>();
    private volatile @Nullable Replica holder;

    /** One replica, with its server. */
    private final class Replica implements Holder {
        private final FakeReplica here;
        private final Map<VirtualEnvironmentName, Instant> uses = new ConcurrentHashMap<>();
        private final Queue<Set<VirtualEnvironmentName>> told = new ConcurrentLinkedQueue<>();
        private final Replicas all;
        private final XdsServer server;

        Replica(String name, String token) throws Exception {
            here = new FakeReplica(name);
            all = new Replicas(
                    here,
                    new Replicas.Others(
                            this, () -> ready, ReplicaChannels.by(InsecureChannelCredentials.create(), null)),
                    ReplicaToken.of(token),
                    uses::put,
                    BEAT);
            all.listen(told::add);
            SimpleMeterRegistry meters = new SimpleMeterRegistry();
            server = new XdsServer(
                            new ResourceStore(new MeshResources(), meters),
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                            all,
                            broken -> false,
                            meters,
                            new Peers(List.of(all.service()), OtherReplicas.NONE, null))
                    .start();
            ready.add(name);
            replicas.add(this);
        }

        Replica start() {
            all.start();
            return this;
        }

        void serves(VirtualEnvironmentName virtualEnvironment, long generation) {
            here.serves(virtualEnvironment, generation);
            all.changed(Set.of(virtualEnvironment));
        }

        void has(VirtualEnvironmentName virtualEnvironment, AtProxies at) {
            here.has(virtualEnvironment, at);
            all.changed(Set.of(virtualEnvironment));
        }

        AcrossReplicas of(VirtualEnvironmentName virtualEnvironment, long generation) {
            return all.of(virtualEnvironment, new ServedGeneration("uid", generation, 0));
        }

        @Override
        public boolean isThisReplica() {
            return holder == this;
        }

        @Override
        public @Nullable HostAndPort address() {
            Replica now = holder;
            return now == null ? null : HostAndPort.fromParts("127.0.0.1", now.server.port());
        }

        void stop() {
            all.close();
            server.close();
        }
    }

    private Replica replica(String name) throws Exception {
        return new Replica(name, TOKEN);
    }

    private void hold(@Nullable Replica by) {
        holder = by;
        replicas.forEach(each -> each.all.holderChanged());
    }

    @AfterEach
    void stop() {
        replicas.forEach(Replica::stop);
    }

    private static void await(Runnable assertions) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).untilAsserted(assertions::run);
    }

    private static AtProxies acknowledged(int proxies) {
        return new AtProxies(proxies, proxies, 0, null);
    }

    @Test
    void theHolderAddsUpWhatTheReplicasHave() throws Exception {
        Replica one = replica("r1").start();
        Replica two = replica("r2");
        one.here.serves(A, 3).has(A, acknowledged(4)).connected(10);
        two.here.serves(A, 2).has(A, new AtProxies(5, 3, 0, null)).connected(16);
        hold(one);
        assertThat(one.of(A, 3)).isEqualTo(new AcrossReplicas(10, acknowledged(4), List.of("r2"), List.of()));
        assertThat(one.all.isComplete()).isFalse();
        two.start();

        await(() -> assertThat(one.of(A, 3))
                .isEqualTo(new AcrossReplicas(26, new AtProxies(9, 7, 0, null), List.of("r2"), List.of())));
        assertThat(one.all.isComplete()).isTrue();
        one.told.clear();

        two.serves(A, 3);
        two.has(A, acknowledged(5));
        await(() -> assertThat(one.of(A, 3)).isEqualTo(new AcrossReplicas(26, acknowledged(9), List.of(), List.of())));
        await(() -> assertThat(one.told).anySatisfy(names -> assertThat(names).containsExactly(A)));
        assertThat(one.of(A, 4).behind()).containsExactly("r1", "r2");
        assertThat(two.of(A, 3).connected()).as("elsewhere, only its own").isEqualTo(16);
    }

    @Test
    void aReplicaThatServesAnotherReleaseIsBehind() throws Exception {
        Replica one = replica("r1").start();
        Replica two = replica("r2").start();
        one.here.serves(A, 1, 8);
        two.here.serves(A, 1, 7).connected(7);
        hold(one);
        ServedGeneration wanted = new ServedGeneration("uid", 1, 8);
        await(() -> assertThat(one.all.of(A, wanted))
                .isEqualTo(new AcrossReplicas(7, AtProxies.NONE, List.of("r2"), List.of())));

        two.here.serves(A, 1, 8);
        two.all.changed(Set.of(A));

        await(() -> assertThat(one.all.of(A, wanted).behind()).isEmpty());
    }

    /** It shows at every virtual environment whether there is any proxy, and at none whether there is one more. */
    @Test
    void theFirstProxyAndTheLastOneConcernAll() throws Exception {
        Replica one = replica("r1").start();
        Replica two = replica("r2").start();
        one.here.serves(A, 1).serves(B, 1);
        hold(one);
        await(() -> assertThat(one.all.isComplete()).isTrue());
        one.told.clear();

        two.here.connected(1);
        await(() -> assertThat(one.told).contains(Set.of(A, B)));
        one.told.clear();
        two.here.connected(3);
        one.here.connected(2);
        await(() -> assertThat(one.of(A, 1).connected()).isEqualTo(5));
        one.here.connected(0);
        await(() -> assertThat(one.of(A, 1).connected()).isEqualTo(3));
        assertThat(one.told).doesNotContain(Set.of(A, B));

        two.here.connected(0);
        await(() -> assertThat(one.told).contains(Set.of(A, B)));
        one.told.clear();
        one.here.connected(1);
        await(() -> assertThat(one.told).contains(Set.of(A, B)));
    }

    @Test
    void theEarliestRejectionOfAllIsShown() throws Exception {
        Replica one = replica("r1").start();
        Replica two = replica("r2").start();
        Refusal first = new Refusal(ResourceType.ROUTE, "gw/a", "1", "no, thanks", "gateway-2", MINUTE);
        Refusal later = new Refusal(ResourceType.ROUTE, "gw/a", "1", "no", "gateway-1", MINUTE.plusSeconds(1));
        one.here.serves(A, 1).has(A, new AtProxies(1, 0, 1, later));
        two.here.serves(A, 1).has(A, new AtProxies(2, 1, 1, first));

        hold(one);

        await(() -> assertThat(one.of(A, 1).proxies()).isEqualTo(new AtProxies(3, 1, 2, first)));
    }

    @Test
    void whatAReplicaServesNoMoreIsForgotten() throws Exception {
        Replica one = replica("r1").start();
        Replica two = replica("r2").start();
        one.here.serves(A, 1);
        two.here.serves(A, 1).has(A, acknowledged(2));
        hold(one);
        await(() -> assertThat(one.of(A, 1).behind()).isEmpty());

        two.here.servesNoMore(A);
        two.has(A, AtProxies.NONE);

        await(() ->
                assertThat(one.of(A, 1)).isEqualTo(new AcrossReplicas(0, AtProxies.NONE, List.of("r2"), List.of())));
    }

    @Test
    void anotherHolderIsToldEverything() throws Exception {
        Replica one = replica("r1").start();
        Replica two = replica("r2").start();
        Replica three = replica("r3").start();
        for (Replica each : replicas) {
            each.here.serves(A, 1).serves(B, 7).has(A, acknowledged(2)).connected(3);
        }
        hold(one);
        await(() -> assertThat(one.of(A, 1).proxies()).isEqualTo(acknowledged(6)));

        hold(two);
        await(() -> assertThat(two.of(A, 1)).isEqualTo(new AcrossReplicas(9, acknowledged(6), List.of(), List.of())));
        await(() -> assertThat(two.of(B, 7).behind()).isEmpty());
        await(() -> assertThat(one.of(A, 1).proxies())
                .as("it holds nothing any more")
                .isEqualTo(acknowledged(2)));

        hold(null);
        three.has(A, acknowledged(5));
        hold(one);
        await(() -> assertThat(one.of(A, 1).proxies()).isEqualTo(acknowledged(9)));
    }

    @Test
    void aHolderThatEndsHoldsUpNobody() throws Exception {
        Replica one = replica("r1").start();
        Replica two = replica("r2").start();
        Replica three = replica("r3").start();
        hold(one);
        await(() -> assertThat(one.all.isComplete()).isTrue());

        one.stop();
        ready.remove("r1");
        three.serves(A, 1);
        three.has(A, acknowledged(2));
        three.all.used(A, MINUTE);
        assertThat(three.of(A, 1).proxies()).isEqualTo(acknowledged(2));

        hold(two);
        await(() ->
                assertThat(two.of(A, 1)).isEqualTo(new AcrossReplicas(0, acknowledged(2), List.of("r2"), List.of())));
        assertThat(two.uses).containsEntry(A, MINUTE);
    }

    @Test
    void aReplicaThatEndsIsSilentWhileItIsNamedReady() throws Exception {
        Replica one = replica("r1").start();
        Replica two = replica("r2").start();
        one.here.serves(A, 1);
        two.here.serves(A, 1).has(A, acknowledged(2));
        ready.add("r3");
        hold(one);
        await(() ->
                assertThat(one.of(A, 1)).isEqualTo(new AcrossReplicas(0, acknowledged(2), List.of(), List.of("r3"))));
        assertThat(one.all.isComplete()).isTrue();
        one.told.clear();

        two.stop();
        await(() -> assertThat(one.of(A, 1))
                .isEqualTo(new AcrossReplicas(0, AtProxies.NONE, List.of(), List.of("r2", "r3"))));
        await(() -> assertThat(one.told).as("everything may have changed").contains(Set.of(A)));

        ready.removeAll(Set.of("r2", "r3"));
        assertThat(one.of(A, 1)).isEqualTo(new AcrossReplicas(0, AtProxies.NONE, List.of(), List.of()));
    }

    @Test
    void aReplicaWithAnotherTokenDoesNotCountAndGoesOn() throws Exception {
        Replica one = replica("r1").start();
        Replica stranger = new Replica("r2", "guessed");
        one.here.serves(A, 1);
        stranger.here.serves(A, 1).has(A, acknowledged(2));
        hold(one);
        stranger.start();

        await(() ->
                assertThat(one.of(A, 1)).isEqualTo(new AcrossReplicas(0, AtProxies.NONE, List.of(), List.of("r2"))));
        assertThat(status(one, "guessed").getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(status(one, null).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(status(one, null).getDescription()).doesNotContain(TOKEN);
        assertThat(stranger.of(A, 1).proxies()).isEqualTo(acknowledged(2));
    }

    @Test
    void onlyTheHolderTakesReports() throws Exception {
        Replica one = replica("r1").start();

        assertThat(status(one, TOKEN).getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        hold(one);
        assertThat(status(one, TOKEN).getCode()).as("it is no report").isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    /** Returns how a call with a message that is no report ends. */
    private static Status status(Replica of, @Nullable String token) {
        ManagedChannel channel = DeltaClient.connect(of.server.port());
        Metadata headers = new Metadata();
        if (token != null) {
            headers.put(ReportMethod.TOKEN, token);
        }
        try {
            ClientCalls.blockingUnaryCall(
                    ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
                    ReportMethod.REPORT.toBuilder().setType(MethodType.UNARY).build(),
                    CallOptions.DEFAULT,
                    StringValue.of("no report"));
            return Status.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void usesReachTheHolderByTheMinuteEvenThoseBeforeThereWasOne() throws Exception {
        Replica one = replica("r1").start();
        Replica two = replica("r2").start();

        two.all.used(A, MINUTE.plusSeconds(59));
        assertThat(two.uses).containsEntry(A, MINUTE.plusSeconds(59));
        hold(one);
        await(() -> assertThat(one.uses).containsEntry(A, MINUTE));

        two.all.used(A, MINUTE.plusSeconds(60));
        two.all.used(A, MINUTE.plusSeconds(30));
        await(() -> assertThat(one.uses).containsEntry(A, MINUTE.plusSeconds(60)));
        assertThat(two.uses).containsEntry(A, MINUTE.plusSeconds(30));
    }

    @Test
    void aTokenIsNeverPrintedAndFitsIntoAHeader() {
        assertThat(ReplicaToken.of(TOKEN + "\n").is(TOKEN)).isTrue();
        assertThat(ReplicaToken.of(TOKEN).toString()).doesNotContain(TOKEN);
        for (String text : List.of("", " \n", "two words", "geheim\u00fc")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ReplicaToken.of(text))
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("geheim"));
        }
    }
}
