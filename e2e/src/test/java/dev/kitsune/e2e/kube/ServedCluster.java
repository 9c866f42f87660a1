package dev.kitsune.e2e.kube;

import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.xds.ServeProcess;
import dev.kitsune.k8s.lease.Replica;
import dev.kitsune.k8s.watch.Cluster;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.xds.ControlPlane;
import dev.kitsune.xds.cluster.ClusterInput;
import dev.kitsune.xds.replica.ReplicaToken;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A cluster with one namespace of a team, and the replicas that serve it. */
record ServedCluster(ApiServer server, String shop) {
    static final String SYSTEM = "kitsune-system";

    /** Starts a replica that other replicas cannot reach. */
    ControlPlane replica(String name) throws ControlPlane.StartException {
        return replica(name, server.config(), 0);
    }

    /** {@code port}: at which the other replicas reach it; 0 if they cannot */
    ControlPlane replica(String name, Config config, int port) throws ControlPlane.StartException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        Replica replica = new Replica(name, port == 0 ? null : "127.0.0.1:" + port);
        return ControlPlane.start(
                new ClusterInput(new Cluster("test", config), SYSTEM, replica, ReplicaToken.of("test")),
                new ControlPlane.Listening(
                        new InetSocketAddress(loopback, port), new InetSocketAddress(loopback, 0), null));
    }

    /** Starts a replica as a process of its own. Replicas with one folder recognise each other. */
    ServeProcess process(String name, Config config, LoopbackPorts ports, Path folder) throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "what-the-replicas-of-this-test-share\n");
        Path kubeconfig = Files.writeString(folder.resolve(name + ".kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: test, cluster: {server: "%s", certificate-authority: "%s"}}]
                users: [{name: kitsune, user: {token: "%s"}}]
                contexts: [{name: test, context: {cluster: test, user: kitsune}}]
                """.formatted(
                        config.getMasterUrl(), config.getCaCertFile(), config.getOauthToken()));
        int xds = ports.next();
        return ServeProcess.startOnCluster(
                kubeconfig,
                xds,
                ports.next(),
                folder.resolve(shop + "-" + name + ".log"),
                "--context",
                "test",
                "--system-namespace",
                SYSTEM,
                "--replica",
                name,
                "--advertise",
                "127.0.0.1:" + xds,
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
                spec: {containers: [{name: app, image: app}]}
                """.formatted(name, version));
    }

    /** Deletes what is in the namespace of the team. */
    void clear() {
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
