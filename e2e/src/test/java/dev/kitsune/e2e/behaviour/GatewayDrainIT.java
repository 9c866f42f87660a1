package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.http.Load;
import dev.kitsune.e2e.mesh.AppStarter;
import dev.kitsune.e2e.mesh.BootstrapText;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.e2e.mesh.Running;
import dev.kitsune.e2e.process.ChildProcess;
import dev.kitsune.e2e.process.Repository;
import dev.kitsune.e2e.xds.ServiceAddress;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One of two gateways behind a Service ends under load, as the kubelet ends the pods of the chart. */
class GatewayDrainIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CONCURRENCY = 8;
    private static final int MANY = 300;
    private static final VirtualEnvironmentName MAIN = new VirtualEnvironmentName("main");

    @TempDir
    Path temp;

    private final Path envoy = EnvoyBinary.find(System.err::println);

    private final Deque<Running> running = new ArrayDeque<>();

    @AfterEach
    void close() {
        while (!running.isEmpty()) {
            running.pop().close();
        }
    }

    /** A gateway with its port and that of its admin interface. */
    private record EndingGateway(EnvoyProcess process, int port, int admin) {}

    private Mesh mesh(AppStarter apps) throws Exception {
        Mesh mesh = LiveShop.mesh(temp);
        running.push(mesh::close);
        return mesh.start(envoy, Scopes.ON_DEMAND, apps);
    }

    private EndingGateway gateway(Mesh shop) throws Exception {
        int port = shop.ports().next();
        int admin = shop.ports().next();
        String bootstrap = BootstrapText.of(
                new Proxy.GatewayProxy("127.0.0.1", port, Scopes.ON_DEMAND),
                shop.controlPlane().xdsPort(),
                admin);
        EnvoyProcess process =
                EnvoyProcess.start(envoy, "ending", bootstrap, admin, temp).awaitReady(PATIENCE);
        return new EndingGateway(process, port, admin);
    }

    private static Load http(ServiceAddress service) {
        return new Load(
                new GatewayClient(service.port(), PATIENCE),
                CONCURRENCY,
                List.of(LiveShop.check(MAIN, () -> Set.of(LiveShop.MAIN))));
    }

    private Load grpc(ServiceAddress service) {
        ManagedChannel channel = channel(service);
        running.push(channel::shutdownNow);
        Metadata context = new Metadata();
        context.put(GrpcApp.VIRTUAL_ENVIRONMENT, MAIN.value());
        Channel main = ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(context));
        return new Load(CONCURRENCY, List.of(() -> {
            ServingStatus status = HealthGrpc.newBlockingStub(main)
                    .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .check(HealthCheckRequest.getDefaultInstance())
                    .getStatus();
            return status == ServingStatus.SERVING ? Optional.empty() : Optional.of(status.name());
        }));
    }

    private static ManagedChannel channel(ServiceAddress service) {
        return NettyChannelBuilder.forAddress("127.0.0.1", service.port())
                .usePlaintext()
                .overrideAuthority("shop.localhost")
                .disableRetry()
                .build();
    }

    /** Does what the hook of the chart's pods does, and takes less time for it. */
    private void runHook(Load load, EndingGateway gateway) throws Exception {
        LoopbackPorts ports = new LoopbackPorts();
        running.push(ports::close);
        String hook = Files.readString(Repository.root().resolve("charts/kitsune/files/gateway-end.yaml"))
                .replace("9901", Integer.toString(gateway.admin()))
                .replace("9902", Integer.toString(ports.next()))
                .replace("9903", Integer.toString(ports.next()))
                .replace("fixed_delay: 15s", "fixed_delay: 3s");
        try (ChildProcess process = ChildProcess.start(
                List.of(
                        envoy.toString(),
                        "--disable-hot-restart",
                        "--concurrency",
                        "1",
                        "--log-level",
                        "error",
                        "--config-yaml",
                        hook),
                temp.resolve("hook.log"))) {
            process.awaitEnd(PATIENCE);
            assertThat(process.isAlive()).as("the hook ends by itself").isFalse();
            assertThat(process.exitCode()).as(process.log()).isZero();
            assertThat(process.log()).isEmpty();
        }
    }

    /** Opens the way to both gateways for a kind of load. */
    private interface Client {
        Load load(ServiceAddress service);
    }

    /** What happens between the Service's news of the end and the signal to end. */
    private interface Meanwhile {
        void run(Load load, EndingGateway gateway) throws Exception;
    }

    private final class GatewayEnd {
        private final Mesh shop;
        private final EndingGateway gateway;

        GatewayEnd(AppStarter apps) throws Exception {
            shop = mesh(apps);
            gateway = gateway(shop);
        }

        /** Returns how many requests have failed. */
        long lost(Client client, Meanwhile meanwhile) throws Exception {
            InetSocketAddress ending = at(gateway.port());
            try (ServiceAddress service = new ServiceAddress(ending, at(shop.gatewayPort()));
                    EnvoyProcess process = gateway.process();
                    Load load = client.load(service)) {
                load.awaitMore(MANY);
                service.leave(ending);
                meanwhile.run(load, gateway);
                assertThat(load.failures()).as("before the signal").isEmpty();
                process.terminate(PATIENCE);
                load.awaitMore(MANY);
                load.failures().forEach(System.err::println);
                return load.failed();
            }
        }
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Test
    void noRequestIsLostOnConnectionsThatClientsKeep() throws Exception {
        assertThat(new GatewayEnd(AppStarter.ECHO).lost(GatewayDrainIT::http, this::runHook))
                .isZero();
    }

    @Test
    void noGrpcCallIsLost() throws Exception {
        assertThat(new GatewayEnd(GrpcApp.STARTER).lost(this::grpc, this::runHook))
                .isZero();
    }

    /** This is what the hook is for. */
    @Test
    void requestsAreLostIfOnlyTheServiceKnowsThatTheGatewayEnds() throws Exception {
        assertThat(new GatewayEnd(AppStarter.ECHO).lost(GatewayDrainIT::http, (load, gateway) -> load.awaitMore(MANY)))
                .isPositive();
    }

    @Test
    void grpcCallsAreLostIfOnlyTheServiceKnowsThatTheGatewayEnds() throws Exception {
        assertThat(new GatewayEnd(GrpcApp.STARTER).lost(this::grpc, (load, gateway) -> load.awaitMore(MANY)))
                .isPositive();
    }
}
