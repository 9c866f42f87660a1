package dev.kitsune.e2e.mesh;

import dev.kitsune.e2e.app.PaymentApi;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.manifest.Adapter;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.Dependency;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.Workload;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.xds.ControlPlane;
import dev.kitsune.xds.peer.PeerAuthority;
import dev.kitsune.xds.tls.CertificateAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A mesh for a folder of manifests. Each Workload gets an app and a sidecar. Every other port in the manifests (see
 * {@link PortMap}) gets a payment API, whose name is the port's number in the manifests.
 */
public final class Mesh implements AutoCloseable {
    private static final Duration LONGER_THAN_ANY_PROXY = Duration.ofSeconds(40);

    private final LoopbackPorts ports = new LoopbackPorts();
    private final PortMap portMap = new PortMap(ports);
    private final MeshFolder folder;
    private final Path work;
    private final Map<Integer, PaymentApi> apis = new TreeMap<>();
    private final CertificateAuthority authority = CertificateAuthority.create(InstantSource.system());
    private @Nullable SignedFolder input;
    private @Nullable ControlPlane controlPlane;
    private @Nullable DataPlane dataPlane;

    /**
     * Creates a mesh that does not run yet.
     *
     * @param manifests the folder from which the manifests are copied
     * @param work an empty folder for manifests, bootstraps and logs
     */
    public Mesh(Path manifests, Path work) throws IOException {
        this.work = work;
        this.folder = new MeshFolder(work.resolve("manifests"), portMap);
        folder.fill(manifests);
    }

    /** Starts the control plane, a gateway, and all workloads with the stand-in app. */
    public Mesh start(Path envoy) throws IOException, InterruptedException {
        return start(envoy, Scopes.ON_DEMAND, AppStarter.ECHO);
    }

    public Mesh start(Path envoy, Scopes scopes, AppStarter apps) throws IOException, InterruptedException {
        ControlPlane served = serve();
        controlPlane = served;
        return startBehind(served.xdsPort(), envoy, scopes, apps);
    }

    private ControlPlane serve() throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        SignedFolder signed = new SignedFolder(
                folder.root(),
                new PeerAuthority(authority, List.of(authority.own().certificate())));
        input = signed;
        try {
            return ControlPlane.start(signed, new ControlPlane.Listening(any, any, null));
        } catch (ControlPlane.StartException e) {
            throw new IOException(e);
        }
    }

    /** Starts everything except the control plane, which somebody else runs at a port of loopback. */
    public Mesh startBehind(int xdsPort, Path envoy, Scopes scopes, AppStarter apps)
            throws IOException, InterruptedException {
        dataPlane = new DataPlane(envoy, work.resolve("envoy"), ports, xdsPort, scopes, apps);
        deploy();
        return this;
    }

    /** Starts those apps and sidecars of the folder that do not run yet. */
    public void deploy() throws IOException, InterruptedException {
        Map<String, Workload> workloads = new TreeMap<>();
        Set<Integer> taken = new HashSet<>();
        for (Manifest<?> manifest : manifests()) {
            if (manifest.spec() instanceof Workload workload) {
                workloads.put(manifest.key().name(), workload);
            } else if (manifest.spec() instanceof Adapter adapter
                    && adapter.target() instanceof Adapter.Tcp tcp
                    && tcp.listen() != null) {
                taken.add(tcp.listen());
            } else if (manifest.spec() instanceof AppDeployment deployment) {
                deployment.components().values().stream()
                        .flatMap(component -> component.dependencies().values().stream())
                        .map(Dependency::listen)
                        .filter(Objects::nonNull)
                        .forEach(taken::add);
            }
        }
        workloads.values().forEach(w -> w.endpoints().forEach(e -> taken.add(e.port())));
        portMap.all().forEach((written, real) -> {
            if (!taken.contains(real) && !apis.containsKey(written)) {
                apis.put(written, new PaymentApi(Integer.toString(written), real));
            }
        });
        dataPlane().run(workloads);
    }

    private List<Manifest<?>> manifests() throws IOException {
        List<Manifest<?>> all = new ArrayList<>();
        folder.manifests()
                .forEach((file, text) ->
                        all.addAll(ManifestReader.read(file, text).manifests()));
        return all;
    }

    public MeshFolder folder() {
        return folder;
    }

    /** Returns a text in which the ports of this mesh replace the written ones. */
    public String withRealPorts(String text) {
        return portMap.withRealPorts(text);
    }

    public LoopbackPorts ports() {
        return ports;
    }

    /** Returns a client of the gateway. */
    public GatewayClient client() {
        return new GatewayClient(dataPlane().gatewayPort(), LONGER_THAN_ANY_PROXY);
    }

    /** Returns a client that calls like the app of a workload, through the workload's sidecar. */
    public GatewayClient appOf(String workload) {
        return new GatewayClient(sidecar(workload).outboundPort(), LONGER_THAN_ANY_PROXY);
    }

    /** Returns a client that calls the sidecar of a workload directly. */
    public GatewayClient callerOf(String workload) {
        return new GatewayClient(sidecar(workload).inboundPort(), LONGER_THAN_ANY_PROXY);
    }

    /** Sends one request to the gateway. */
    public Answer send(Call call) throws IOException, InterruptedException {
        return client().send(call);
    }

    public Sidecar sidecar(String workload) {
        return dataPlane().sidecar(workload);
    }

    public Collection<Sidecar> sidecars() {
        return dataPlane().sidecars();
    }

    public EnvoyProcess gateway() {
        return dataPlane().gateway();
    }

    public int gatewayPort() {
        return dataPlane().gatewayPort();
    }

    /** Replaces the gateway with a new one that has not loaded anything. */
    public void replaceGateway() throws IOException, InterruptedException {
        dataPlane().replaceGateway();
    }

    /** Returns all Envoys, with the gateway first. */
    public List<EnvoyProcess> envoys() {
        return dataPlane().envoys();
    }

    /** Returns the payment API behind a written port. */
    public PaymentApi api(int written) {
        PaymentApi found = apis.get(written);
        if (found == null) {
            throw new IllegalArgumentException("no API at " + written + "; there are " + apis.keySet());
        }
        return found;
    }

    public ControlPlane controlPlane() {
        if (controlPlane == null) {
            throw new IllegalStateException("this mesh has no control plane of its own");
        }
        return controlPlane;
    }

    /** Returns the first CA of the certificates that proxies show to each other. */
    public CertificateAuthority authority() {
        return authority;
    }

    /** Replaces the CA. */
    public void sign(PeerAuthority next) {
        if (input == null) {
            throw new IllegalStateException("this mesh has no control plane of its own");
        }
        input.sign(next);
    }

    private DataPlane dataPlane() {
        if (dataPlane == null) {
            throw new IllegalStateException("the mesh does not run yet");
        }
        return dataPlane;
    }

    @Override
    public void close() {
        try {
            if (dataPlane != null) {
                dataPlane.close();
            }
        } finally {
            apis.values().forEach(PaymentApi::close);
            if (controlPlane != null) {
                controlPlane.close();
            }
            ports.close();
        }
    }
}
