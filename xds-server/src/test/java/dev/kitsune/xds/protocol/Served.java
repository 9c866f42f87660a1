package dev.kitsune.xds.protocol;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.server.ListenException;
import dev.kitsune.xds.server.XdsServer;
import dev.kitsune.xds.store.ResourceStore;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A real server for a {@link Mesh} in each test, and the clients that the test opens. */
public final class Served implements BeforeEachCallback, AfterEachCallback {
    /** A virtual environment that the server knows to be broken. */
    public static final VirtualEnvironmentName BROKEN = new VirtualEnvironmentName("broken");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ResourceStore store = new ResourceStore(new MeshResources(), meters);
    private final List<Use> uses = new CopyOnWriteArrayList<>();
    private final XdsServer server = new XdsServer(
            store,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            (virtualEnvironment, at) -> uses.add(new Use(virtualEnvironment, at)),
            name -> name.equals(BROKEN),
            meters);
    private final Mesh mesh = new Mesh();
    private final List<AutoCloseable> clients = new ArrayList<>();

    /** A report that a virtual environment was used. */
    public record Use(VirtualEnvironmentName virtualEnvironment, Instant at) {}

    public List<Use> uses() {
        return List.copyOf(uses);
    }

    public ResourceStore store() {
        return store;
    }

    public XdsServer server() {
        return server;
    }

    public Mesh mesh() {
        return mesh;
    }

    public SimpleMeterRegistry meters() {
        return meters;
    }

    public DeltaClient client() {
        return closed(new DeltaClient(server.port()));
    }

    public DeltaClient client(Node node) {
        return closed(new DeltaClient(server.port(), node));
    }

    /** Closes a client at the end of the test. */
    public <T extends AutoCloseable> T closed(T client) {
        clients.add(client);
        return client;
    }

    @Override
    public void beforeEach(ExtensionContext context) throws ListenException {
        server.start();
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        for (AutoCloseable client : clients) {
            client.close();
        }
        server.close();
    }
}
