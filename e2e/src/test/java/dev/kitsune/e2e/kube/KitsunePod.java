package dev.kitsune.e2e.kube;

import java.net.InetSocketAddress;

/**
 * A ready pod of Kitsune, as the API server knows it. All replicas have one port, and each has an address of its own on
 * loopback.
 */
record KitsunePod(ApiServer server, String name, String address, int port) implements AutoCloseable {
    /** {@code number}: distinguishes its address */
    static KitsunePod create(ApiServer server, String name, int number, int port) {
        KitsunePod pod = new KitsunePod(server, name, "127.0.0." + number, port);
        pod.create();
        return pod;
    }

    private void create() {
        server.client().resource("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %s
                  namespace: %s
                  labels: {app.kubernetes.io/name: kitsune, app.kubernetes.io/component: control-plane}
                spec: {nodeName: node, containers: [{name: kitsune, image: kitsune}]}
                """.formatted(name, ServedCluster.SYSTEM)).serverSideApply();
        server.client().pods().inNamespace(ServedCluster.SYSTEM).withName(name).editStatus(pod -> {
            pod.setStatus(FakeKubelet.running(address));
            return pod;
        });
    }

    InetSocketAddress socket() {
        return new InetSocketAddress(address, port);
    }

    /** The pod is about to end. It stays, because no kubelet ends it. */
    void terminate() {
        server.client().pods().inNamespace(ServedCluster.SYSTEM).withName(name).delete();
    }

    @Override
    public void close() {
        server.client()
                .pods()
                .inNamespace(ServedCluster.SYSTEM)
                .withName(name)
                .withGracePeriod(0)
                .delete();
    }
}
