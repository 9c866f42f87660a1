package dev.kitsune.k8s.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.k8s.read.PodIdentity;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Workload;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownPodsTest {
    private static final Workload CART = new Workload("shop", "cart", "c1", List.of(), null, null, null);

    private final List<String> news = new ArrayList<>();
    private final KnownPods pods = new KnownPods(pod -> news.add(pod.name()));

    private static PodIdentity pod(String namespace, String name, boolean isWorkload) {
        return new PodIdentity(
                new ObjectKey(Kind.Workload, namespace, name), "u1", "default", isWorkload ? CART : null, List.of());
    }

    @Test
    void everyChangeOfAPodIsToldOnce() {
        pods.pod(pod("shop", "a", true));
        pods.pod(pod("shop", "a", true));
        pods.pod(pod("shop", "a", false));
        pods.podRemoved(new ObjectKey(Kind.Workload, "shop", "a"));
        pods.podRemoved(new ObjectKey(Kind.Workload, "shop", "a"));

        assertThat(news).containsExactly("a", "a", "a");
        assertThat(pods.find("shop", "a")).isNull();
    }

    @Test
    void theAuthoritiesAreNeededWhereSidecarsAreOrWillBe() {
        pods.pod(pod("shop", "a", true));
        pods.pod(pod("plain", "b", false));
        pods.pod(pod("gone", "c", true));
        pods.sidecars("labelled", true);
        pods.sidecars("changed", true);
        pods.sidecars("changed", false);
        pods.namespace("gone", true);

        assertThat(pods.namespaces()).containsExactly("labelled", "shop");
        pods.namespace("gone", false);
        assertThat(pods.namespaces()).contains("gone");
    }
}
