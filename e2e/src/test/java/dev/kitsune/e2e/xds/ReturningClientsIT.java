package dev.kitsune.e2e.xds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.snapshot.ComponentVersion;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Very many clients lose their connections at once and return at once, as after a fault of the network. The control plane
 * has a small heap, and those that stayed connected must not wait for the others.
 */
class ReturningClientsIT {
    private static final int CLIENTS = 2_000;
    private static final int STAYING = 10;
    private static final int ENVIRONMENTS = 20;
    private static final int CHANGES = 10;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final long MEGABYTE = 1 << 20;
    private static final Proxy SIDECAR = new Proxy.SidecarProxy(
            new ComponentVersion("shop", "cart", "c1"), null, "127.0.0.1", 15_406, 15_401, 8080, Scopes.EAGER);
    private static final String SHOP = """
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: main, namespace: shop}
            spec: {environment: dev, release: {apps: {shop: {appDeployment: all}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: all, namespace: shop}
            spec:
              app: shop
              components:
                cart:
                  version: c1
                  variables: {greeting: {type: String}, own: {type: String, default: none}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Workload
            metadata: {name: cart-c1, namespace: shop}
            spec: {app: shop, component: cart, version: c1, endpoints: [{address: 127.0.0.1, port: 15406}]}
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path temp;

    private final EventLoopGroup threads = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

    @SuppressWarnings("NullAway.Init") // set first by the test
    private Path folder;

    private int marker;

    @Test
    void thousandsOfClientsReturnAtOnceWhileOthersStay() throws Exception {
        folder = Files.createDirectories(temp.resolve("envs"));
        Files.writeString(folder.resolve("shop.yaml"), SHOP);
        for (int i = 0; i < ENVIRONMENTS; i++) {
            Files.writeString(folder.resolve("ve" + i + ".yaml"), """
                    apiVersion: kitsune.dev/v1alpha1
                    kind: VirtualEnvironment
                    metadata: {name: ve%d, namespace: shop}
                    spec: {parent: main, data: {variables: {own: of-%d}}}
                    """.formatted(i, i));
        }
        change();
        List<ReturningClient> leaving = clients("leaving-", CLIENTS);
        List<ReturningClient> staying = clients("staying-", STAYING);
        try (LoopbackPorts ports = new LoopbackPorts();
                ServeProcess serve = ServeProcess.startWithHeap(
                        512, folder, ports.next(), ports.next(), temp.resolve("serve.log"))) {
            List<ManagedChannel> before = connect(leaving, serve.xdsPort());
            List<ManagedChannel> stayed = connect(staying, serve.xdsPort());
            awaitSeen(leaving, marker);
            awaitSeen(staying, marker);

            before.forEach(ManagedChannel::shutdownNow);
            Awaitility.await("all streams ended").atMost(PATIENCE).until(() -> leaving.stream()
                    .noneMatch(ReturningClient::isConnected));
            change();
            List<ManagedChannel> after = connect(leaving, serve.xdsPort());
            int whileReturning = 0;
            for (int i = 0; i < CHANGES; i++) {
                if (!haveSeen(leaving, marker)) {
                    whileReturning++;
                }
                change();
                awaitSeen(staying, marker);
            }
            awaitSeen(leaving, marker);

            assertThat(whileReturning)
                    .as("changes that reached the connected clients while others were returning")
                    .isPositive();
            assertThat(leaving.stream().mapToInt(ReturningClient::again).sum())
                    .as("resources that a client had already")
                    .isZero();
            assertThat(leaving).allMatch(ReturningClient::isConnected);
            assertThat(staying).allMatch(ReturningClient::isConnected);
            assertThat(largestHeap(serve)).isLessThanOrEqualTo(512 * MEGABYTE);
            assertThat(serve.log()).doesNotContain("OutOfMemory");
            after.forEach(ManagedChannel::shutdownNow);
            stayed.forEach(ManagedChannel::shutdownNow);
        } finally {
            var unused = threads.shutdownGracefully();
        }
    }

    /** Puts another number into the routes of all virtual environments. */
    private void change() throws IOException {
        marker++;
        Path next = Files.writeString(temp.resolve("dev.yaml"), """
                apiVersion: kitsune.dev/v1alpha1
                kind: Environment
                metadata: {name: dev}
                spec: {data: {variables: {greeting: %s%d}}}
                """.formatted(ReturningClient.MARKER, marker));
        Files.move(
                next, folder.resolve("dev.yaml"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static List<ReturningClient> clients(String name, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new ReturningClient(name + i, SIDECAR))
                .toList();
    }

    /** Opens a connection for each client, as Envoys do. */
    private List<ManagedChannel> connect(List<ReturningClient> clients, int port) {
        List<ManagedChannel> channels = new ArrayList<>();
        for (ReturningClient client : clients) {
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .eventLoopGroup(threads)
                    .channelType(NioSocketChannel.class)
                    .directExecutor()
                    .build();
            channels.add(channel);
            client.connect(channel);
        }
        return channels;
    }

    private static boolean haveSeen(List<ReturningClient> clients, int number) {
        return clients.stream().allMatch(client -> client.seen() >= number);
    }

    private static void awaitSeen(List<ReturningClient> clients, int number) {
        Awaitility.await("change " + number + " at " + clients.size() + " clients")
                .atMost(PATIENCE)
                .until(() -> haveSeen(clients, number));
    }

    private static long largestHeap(ServeProcess serve) throws IOException, InterruptedException {
        Matcher areas = Pattern.compile("(?m)^jvm_memory_max_bytes\\{area=\"heap\",.*} (\\S+)$")
                .matcher(serve.get("/metrics"));
        long most = 0;
        while (areas.find()) {
            most = Math.max(most, (long) Double.parseDouble(areas.group(1)));
        }
        assertThat(most).as("the heap that the process may use").isPositive();
        return most;
    }
}
