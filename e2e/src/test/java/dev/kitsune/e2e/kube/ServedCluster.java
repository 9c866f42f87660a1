package dev.kitsune.e2e.kube;

import dev.kitsune.k8s.lease.Replica;
import dev.kitsune.k8s.watch.Cluster;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.xds.ControlPlane;
import dev.kitsune.xds.input.ClusterInput;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;

/** A cluster with one namespace of a team, and the replicas that serve it. */
record ServedCluster(ApiServer server, String shop) {
    static final String SYSTEM = "kitsune-system";

    ControlPlane replica(String name) throws ControlPlane.StartException {
        return replica(name, server.config());
    }

    ControlPlane replica(String name, Config config) throws ControlPlane.StartException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return ControlPlane.start(
                new ClusterInput(new Cluster("test", config), SYSTEM, new Replica(name, null)), any, any);
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

    Resource<GenericKubernetesResource> virtualEnvironment(String name) {
        return all(Kind.VirtualEnvironment).withName(name);
    }

    private NonNamespaceOperation<GenericKubernetesResource, ?, Resource<GenericKubernetesResource>> all(Kind kind) {
        return server.client()
                .genericKubernetesResources(Kind.API_VERSION, kind.name())
                .inNamespace(shop);
    }

    /** Returns a field of the status of a virtual environment; null for none. */
    Object status(String virtualEnvironment, Object... path) {
        Object[] whole = new Object[path.length + 1];
        whole[0] = "status";
        System.arraycopy(path, 0, whole, 1, path.length);
        return Objects.requireNonNull(virtualEnvironment(virtualEnvironment).get())
                .get(whole);
    }
}
