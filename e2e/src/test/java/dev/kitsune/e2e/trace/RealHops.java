package dev.kitsune.e2e.trace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.e2e.mesh.BootstrapText;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.xds.server.ListenException;
import dev.kitsune.xds.server.XdsServer;
import dev.kitsune.xds.store.ResourceStore;
import dev.kitsune.xds.store.TranslatedResources;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;

/** A fresh real gateway and one fresh real sidecar that serve one set of virtual environments. */
final class RealHops implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final XdsServer server;
    private final Proxy.GatewayProxy gateway;
    private final Proxy.SidecarProxy sidecar;
    private final List<EnvoyProcess> envoys = new ArrayList<>();
    private final HttpClient client = PlainClient.create();

    RealHops(Resolution resolution, Path envoy, Path logs, LoopbackPorts ports, int inboundPort, int appPort)
            throws IOException, ListenException, InterruptedException {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        ResourceStore store = new ResourceStore(new TranslatedResources(), meters);
        store.publish(resolution.snapshot(), resolution.changed());
        server = new XdsServer(
                        store,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        (virtualEnvironment, at) -> {},
                        name -> false,
                        meters)
                .start();
        gateway = new Proxy.GatewayProxy("127.0.0.1", ports.next(), Proxy.Scopes.ON_DEMAND);
        sidecar = new Proxy.SidecarProxy(
                VirtualEnvironmentSet.BESIDE,
                VirtualEnvironmentSet.WORKLOAD,
                "127.0.0.1",
                inboundPort,
                ports.next(),
                appPort,
                Proxy.Scopes.ON_DEMAND);
        for (Proxy proxy : List.of(gateway, sidecar)) {
            int admin = ports.next();
            String name = proxy instanceof Proxy.GatewayProxy ? "gateway" : "sidecar";
            envoys.add(EnvoyProcess.start(envoy, name, BootstrapText.of(proxy, server.port(), admin), admin, logs));
        }
        for (EnvoyProcess process : envoys) {
            process.awaitReady(PATIENCE);
        }
    }

    long refused() throws IOException, InterruptedException {
        long refused = 0;
        for (EnvoyProcess process : envoys) {
            refused += process.admin().sum("update_rejected$");
        }
        return refused;
    }

    Seen send(GeneratedRequest request) throws IOException, InterruptedException {
        int port =
                switch (request.door()) {
                    case GATEWAY -> gateway.listenPort();
                    case INBOUND -> sidecar.inboundPort();
                    case OUTBOUND -> sidecar.outboundPort();
                };
        HttpRequest.Builder built = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + request.path()))
                .timeout(PATIENCE)
                .method(request.method(), BodyPublishers.noBody())
                .header("host", request.authority())
                .header(CopyPorts.NUMBER, Integer.toString(request.number()));
        request.headers().forEach(line -> built.header(line.name(), line.value()));
        HttpResponse<String> response = answer(built.build());
        if (response.headers().firstValue(EchoPorts.MARK).isEmpty()) {
            return Seen.answered(response.statusCode(), response.body());
        }
        JsonNode seen = JSON.readTree(response.body());
        Map<String, List<String>> headers = new TreeMap<>();
        seen.path("headers").properties().forEach(header -> {
            if (Seen.COMPARED.test(header.getKey())) {
                List<String> values = new ArrayList<>();
                header.getValue().forEach(value -> values.add(value.asText()));
                headers.put(header.getKey(), values);
            }
        });
        return Seen.arrived(
                seen.path("port").asInt(),
                seen.at("/headers/host/0").asText(),
                seen.path("path").asText(),
                headers);
    }

    /**
     * Returns the answer to a request whose virtual environment is loaded. On a busy machine an Envoy may need longer to
     * acknowledge it than a request waits, and then the client is to ask again, which the trace knows nothing of.
     */
    private HttpResponse<String> answer(HttpRequest request) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            boolean isLate = response.statusCode() == 503 && response.body().contains("could not be loaded: ");
            if (!isLate || System.nanoTime() > end) {
                return response;
            }
        }
    }

    @Override
    public void close() {
        envoys.forEach(EnvoyProcess::close);
        Awaitility.await().atMost(PATIENCE).until(() -> server.streams().isEmpty());
        server.close();
    }
}
