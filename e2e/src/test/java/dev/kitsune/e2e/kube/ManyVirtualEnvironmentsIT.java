package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.xds.ControlPlane;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster with thousands of virtual environments. Times and memory are printed, because they differ between machines.
 * Only counts are asserted. The system property {@code kitsune.environments} sets another number of them.
 */
class ManyVirtualEnvironmentsIT {
    /** Their first statuses take 100 s, because at most 50 are written in a second. */
    private static final int MANY = Integer.getInteger("kitsune.environments", 5000);

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** Each look lists all of them, which is work for the API server. */
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

    private static final int THREADS = 4;

    @TempDir
    private Path folder;

    @Test
    void anUnchangedClusterIsNotWrittenAgain() throws Exception {
        try (ApiServer server = SharedApiServer.start(folder)) {
            server.installDefinitions();
            ServedCluster cluster = new ServedCluster(server, server.newNamespace("shop"));
            cluster.apply("{apiVersion: v1, kind: Namespace, metadata: {name: kitsune-system}}");
            cluster.environment("dev");
            cluster.deployment("shop-1", "f1");
            cluster.virtualEnvironment("main", "{environment: dev, release: {apps: {shop: {appDeployment: shop-1}}}}");
            timed("created", () -> create(cluster));
            long before = heap();

            try (ControlPlane one = timed("served", () -> cluster.replica("one"))) {
                assertThat(served(one)).isEqualTo(MANY + 1);
                print("heap for them: " + ((heap() - before) >> 20) + " MB");
                timed("first statuses written", () -> {
                    look().until(() -> versions(cluster).size() == MANY + 1);
                    return true;
                });
            }

            Map<String, String> written = versions(cluster);
            try (ControlPlane next = timed("served again", () -> cluster.replica("next"))) {
                assertThat(served(next)).isEqualTo(MANY + 1);
                timed("a change after that written", () -> {
                    cluster.virtualEnvironment("last", "{parent: main}");
                    await().atMost(PATIENCE).until(() -> cluster.condition("last", "Ready", "status") != null);
                    return true;
                });
                cluster.pod("front-1", "f1");
                timed("a change of a pod served", () -> move(cluster, next, "127.70.0.1"));
                cluster.apply("""
                        apiVersion: kitsune.dev/v1alpha1
                        kind: Environment
                        metadata: {name: dev}
                        spec: {data: {variables: {more: "for all"}}}
                        """);
                timed("a change of a pod served behind a change of all", () -> move(cluster, next, "127.70.0.2"));
                look().during(Duration.ofSeconds(5)).untilAsserted(() -> {
                    Map<String, String> now = versions(cluster);
                    assertThat(now).hasSize(MANY + 2).containsAllEntriesOf(written);
                });
            }
        }
    }

    /** On a busy machine, a list of thousands may take longer than the client waits. */
    private static ConditionFactory look() {
        return await().atMost(PATIENCE)
                .pollInterval(BETWEEN_LOOKS)
                .ignoreExceptionsInstanceOf(KubernetesClientException.class);
    }

    private static int create(ServedCluster cluster) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                String name = "ve-" + i;
                all.add(threads.submit(() -> cluster.virtualEnvironment(
                        name, "{parent: main, data: {variables: {greeting: \"Hello from " + name + "\"}}}")));
            }
            for (Future<?> one : all) {
                one.get();
            }
            return MANY;
        } finally {
            threads.shutdown();
        }
    }

    private static int served(ControlPlane replica) {
        return Objects.requireNonNull(replica.state().snapshot())
                .virtualEnvironments()
                .size();
    }

    /** Gives the pod another address, as a kubelet does, and waits until it is served. */
    private static boolean move(ServedCluster cluster, ControlPlane replica, String address) {
        cluster.server()
                .client()
                .pods()
                .inNamespace(cluster.shop())
                .withName("front-1")
                .editStatus(pod -> {
                    pod.setStatus(FakeKubelet.running(address));
                    return pod;
                });
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> Objects.requireNonNull(
                        replica.state().snapshot())
                .workloads()
                .toString()
                .contains(address));
        return true;
    }

    /** Returns the version of each virtual environment that has a status. */
    private static Map<String, String> versions(ServedCluster cluster) {
        return cluster
                .server()
                .client()
                .genericKubernetesResources(Kind.API_VERSION, Kind.VirtualEnvironment.name())
                .inNamespace(cluster.shop())
                .list()
                .getItems()
                .stream()
                .filter(one -> one.get("status", "conditions") != null)
                .collect(Collectors.toMap(one -> one.getMetadata().getName(), one -> one.getMetadata()
                        .getResourceVersion()));
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static <T> T timed(String what, Callable<T> work) throws Exception {
        long began = System.nanoTime();
        T result = work.call();
        print(what + " after " + Duration.ofNanos(System.nanoTime() - began).toMillis() + " ms");
        return result;
    }

    private static void print(String figure) {
        System.out.println(MANY + " virtual environments: " + figure);
    }
}
