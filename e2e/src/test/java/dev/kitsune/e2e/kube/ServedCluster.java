package dev.kitsune.e2e.kube;

import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.xds.ServeProcess;
import dev.kitsune.k8s.authority.AuthorityKeeper;
import dev.kitsune.k8s.distill.DistillationSettings;
import dev.kitsune.k8s.inuse.Cleanup;
import dev.kitsune.k8s.lease.HolderLease;
import dev.kitsune.k8s.lease.Replica;
import dev.kitsune.k8s.watch.Cluster;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.ControlPlane;
import dev.kitsune.xds.cluster.ClusterInput;
import dev.kitsune.xds.cluster.MeshSettings;
import dev.kitsune.xds.replica.ReplicaToken;
import dev.kitsune.xds.store.Resources;
import dev.kitsune.xds.store.TranslatedResources;
import dev.kitsune.xds.tls.CertificateAuthority;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A cluster with one namespace of a team, and the replicas that serve it. */
record ServedCluster(ApiServer server, String shop) {
    static final String SYSTEM = "kitsune-system";

    /** By this the replicas of a test recognise each other. */
    static final String REPLICA_TOKEN = "what-the-replicas-of-this-test-share";

    /** Longer than any test. */
    static final Duration CONNECTION_AGE = Duration.ofHours(1);

    private static final MeshSettings MESH = new MeshSettings(
            "kitsune",
            ServiceAccounts.GATEWAY,
            CONNECTION_AGE,
            CertificateAuthority.SERVER_LIFETIME,
            AuthorityKeeper.SPREAD);

    /** Starts an API server for one test class, with the definitions and the namespace of Kitsune. */
    static ApiServer startServer(Path folder) throws IOException, InterruptedException {
        ApiServer server = SharedApiServer.start(folder);
        server.installDefinitions();
        new ServedCluster(server, "default")
                .apply("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(SYSTEM));
        return server;
    }

    /** Returns a cluster with a new namespace, and with the environment {@code dev}. */
    static ServedCluster on(ApiServer server) {
        ServedCluster cluster = new ServedCluster(server, server.newNamespace("shop"));
        cluster.environment("dev");
        return cluster;
    }

    /** Returns a line to the API server, for {@link #through}. */
    CuttableLine lineToServer() throws IOException {
        return new CuttableLine(URI.create(server.config().getMasterUrl()).getPort());
    }

    /** Returns what a client of the API server needs that reaches it over a line. */
    Config through(CuttableLine line) {
        return new ConfigBuilder(server.config())
                .withMasterUrl("https://127.0.0.1:" + line.port())
                .build();
    }

    /** Starts a replica that other replicas cannot reach. */
    ControlPlane replica(String name) throws ControlPlane.StartException {
        return replica(name, server.config(), 0);
    }

    /** {@code port}: at which the other replicas reach it; 0 if they cannot */
    ControlPlane replica(String name, Config config, int port) throws ControlPlane.StartException {
        return replica(name, config, port, new TranslatedResources());
    }

    ControlPlane replica(String name, Config config, int port, Resources resources) throws ControlPlane.StartException {
        InetSocketAddress xds = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        Replica replica = new Replica(name, port == 0 ? null : "127.0.0.1:" + port);
        return replica(replica, config, xds, MESH, resources);
    }

    /** Starts a replica that proxies reach in another way. */
    ControlPlane replica(String name, MeshSettings mesh) throws ControlPlane.StartException {
        return replica(
                new Replica(name, null),
                server.config(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                mesh,
                new TranslatedResources());
    }

    /** Starts a replica that makes the pods of app deployments. */
    ControlPlane replica(String name, Config config, DistillationSettings distilling)
            throws ControlPlane.StartException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return ControlPlane.start(
                new ClusterInput(
                        new Cluster("test", config),
                        SYSTEM,
                        new Replica(name, null),
                        ReplicaToken.of("test"),
                        MESH,
                        null,
                        distilling),
                new ControlPlane.Listening(any, any, null));
    }

    /** Starts the replica in a pod of Kitsune, at the address of the pod. */
    ControlPlane replica(KitsunePod pod, Duration connectionAge) throws ControlPlane.StartException {
        return replica(
                new Replica(pod.name(), pod.address() + ":" + pod.port()),
                server.config(),
                new InetSocketAddress(pod.address(), pod.port()),
                new MeshSettings(
                        MESH.service(), MESH.gatewayAccount(), connectionAge, MESH.certificateLife(), MESH.spread()),
                new TranslatedResources());
    }

    private static ControlPlane replica(
            Replica replica, Config config, InetSocketAddress xds, MeshSettings mesh, Resources resources)
            throws ControlPlane.StartException {
        return ControlPlane.start(
                new ClusterInput(new Cluster("test", config), SYSTEM, replica, ReplicaToken.of("test"), mesh),
                new ControlPlane.Listening(xds, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null),
                resources);
    }

    /** Starts a replica as a process of its own. Replicas with one folder recognise each other. */
    ServeProcess process(String name, Config config, LoopbackPorts ports, Path folder) throws IOException {
        return process(name, config, ports, folder, Map.of());
    }

    /** {@code properties}: of its JVM */
    ServeProcess process(String name, Config config, LoopbackPorts ports, Path folder, Map<String, String> properties)
            throws IOException {
        InetSocketAddress xds = new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.next());
        return process(name, xds, config, ports.next(), folder, properties);
    }

    /** Starts the replica in a pod of Kitsune as a process, at the address of the pod. */
    ServeProcess process(KitsunePod pod, LoopbackPorts ports, Path folder) throws IOException {
        return process(pod.name(), pod.socket(), server.config(), ports.next(), folder, Map.of());
    }

    private ServeProcess process(
            String name, InetSocketAddress xds, Config config, int http, Path folder, Map<String, String> properties)
            throws IOException {
        Path token = Files.writeString(folder.resolve("token"), REPLICA_TOKEN + "\n");
        Path kubeconfig = Files.writeString(folder.resolve(name + ".kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: test, cluster: {server: "%s", certificate-authority: "%s"}}]
                users: [{name: kitsune, user: {token: "%s"}}]
                contexts: [{name: test, context: {cluster: test, user: kitsune}}]
                """.formatted(
                        config.getMasterUrl(), config.getCaCertFile(), config.getOauthToken()));
        return ServeProcess.startOnCluster(
                kubeconfig,
                xds,
                http,
                folder.resolve(shop + "-" + name + ".log"),
                properties,
                "--context",
                "test",
                "--system-namespace",
                SYSTEM,
                "--replica",
                name,
                "--advertise",
                xds.getHostString(),
                "--replica-token",
                token.toString());
    }

    /** Creates or changes objects. {@code SHOP} stands for the namespace. */
    void apply(String... objects) {
        for (String yaml : objects) {
            // A text that begins with a brace counts as JSON without that line.
            server.client().resource("---\n" + yaml.replace("SHOP", shop)).serverSideApply();
        }
    }

    void environment(String name) {
        apply("{apiVersion: kitsune.dev/v1alpha1, kind: Environment, metadata: {name: %s}, spec: {}}".formatted(name));
    }

    /** {@code spec}: as YAML in one line */
    void virtualEnvironment(String name, String spec) {
        apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: %s, namespace: SHOP}
                spec: %s
                """.formatted(name, spec));
    }

    /** Declares the component {@code front} of the app {@code shop} in a version. */
    void deployment(String name, String version) {
        apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: %s, namespace: SHOP}
                spec:
                  app: shop
                  components:
                    front:
                      version: %s
                      routes: [{rule: "Host(`shop.localhost`)"}]
                """.formatted(name, version));
    }

    /** Creates a pod of {@code front}. */
    void pod(String name, String version) {
        apply("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %s
                  namespace: SHOP
                  labels:
                    kitsune.dev/inject: enabled
                    kitsune.dev/app: shop
                    kitsune.dev/component: front
                    kitsune.dev/version: %s
                spec: {serviceAccountName: default, containers: [{name: app, image: app}]}
                """.formatted(name, version));
    }

    /** Whether a replica serves a virtual environment of this name. */
    static boolean isServed(ControlPlane replica, String name) {
        return Objects.requireNonNull(replica.state().snapshot()).virtualEnvironment(new VirtualEnvironmentName(name))
                != null;
    }

    /** Lets the next replica decide at once, whatever became of the last one that did. */
    void endLease() {
        server.client().leases().inNamespace(SYSTEM).withName(HolderLease.NAME).delete();
    }

    /** Deletes what is in the namespace of the team. No replica may run any more, which would keep what is in use. */
    void clear() {
        try (Cleanup cleanup = new Cleanup(server.config())) {
            cleanup.removeFinalizers();
        }
        for (Kind kind : List.of(Kind.VirtualEnvironment, Kind.AppDeployment, Kind.Adapter)) {
            all(kind).delete();
        }
        server.client()
                .genericKubernetesResources(Kind.API_VERSION, "ReleaseManifest")
                .inNamespace(shop)
                .delete();
        server.client().secrets().inNamespace(shop).delete();
        server.client().pods().inNamespace(shop).withGracePeriod(0).delete();
    }

    Resource<GenericKubernetesResource> virtualEnvironment(String name) {
        return all(Kind.VirtualEnvironment).withName(name);
    }

    private NonNamespaceOperation<GenericKubernetesResource, ?, Resource<GenericKubernetesResource>> all(Kind kind) {
        return server.client()
                .genericKubernetesResources(Kind.API_VERSION, kind.name())
                .inNamespace(shop);
    }

    /** Returns a field of the status of a virtual environment; null for none. */
    @Nullable
    Object status(String virtualEnvironment, Object... path) {
        Object[] whole = new Object[path.length + 1];
        whole[0] = "status";
        System.arraycopy(path, 0, whole, 1, path.length);
        return Objects.requireNonNull(virtualEnvironment(virtualEnvironment).get())
                .get(whole);
    }

    /** Returns a field of a condition of a virtual environment; null for none. */
    @Nullable
    Object condition(String virtualEnvironment, String type, String field) {
        return conditions(virtualEnvironment)
                .filter(condition -> type.equals(condition.get("type")))
                .findFirst()
                .<Object>map(condition -> condition.get(field))
                .orElse(null);
    }

    private Stream<Map<?, ?>> conditions(String virtualEnvironment) {
        return status(virtualEnvironment, "conditions") instanceof List<?> all
                ? all.stream().map(one -> (Map<?, ?>) one)
                : Stream.empty();
    }

    /** Whether a condition is about the newest generation of a virtual environment. */
    boolean isOfThisGeneration(String virtualEnvironment, String type) {
        long generation = Objects.requireNonNull(
                        virtualEnvironment(virtualEnvironment).get())
                .getMetadata()
                .getGeneration();
        return condition(virtualEnvironment, type, "observedGeneration") instanceof Number observed
                && observed.longValue() == generation;
    }
}
