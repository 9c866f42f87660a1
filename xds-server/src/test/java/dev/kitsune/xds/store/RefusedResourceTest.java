package dev.kitsune.xds.store;

import static dev.kitsune.envoy.ResourceType.CLUSTER;
import static dev.kitsune.envoy.ResourceType.ROUTE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.gate.ConfigurationFault;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.snapshot.SnapshotKey;
import dev.kitsune.model.snapshot.SnapshotView;
import dev.kitsune.xds.protocol.DeltaClient;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A resource that Envoy would refuse is not published, whatever its cause. */
class RefusedResourceTest {
    private static final Snapshot NOTHING = Snapshot.EMPTY;
    private static final Duration VALID = Duration.newBuilder().setSeconds(1).build();
    private static final Duration INVALID = Duration.getDefaultInstance();

    private final Made made = new Made();
    private final ResourceStore store = new ResourceStore(made, new SimpleMeterRegistry());
    private final Subscription subscription;

    RefusedResourceTest() {
        publish();
        subscription = store.open(DeltaClient.GATEWAY, () -> {});
    }

    /** One cluster and one route that a test can make invalid. The gate and the stand-ins are the real ones. */
    private static final class Made implements Resources {
        private final TranslatedResources translated = new TranslatedResources();
        private Duration timeout = VALID;
        private boolean broken;

        @Override
        public Audience audience(Proxy proxy, SnapshotView view) {
            return Audience.of(proxy, view);
        }

        @Override
        public List<String> wildcard(ResourceType type, Audience audience, SnapshotView view) {
            return List.of();
        }

        @Override
        public List<String> wildcard(
                ResourceType type, Audience audience, VirtualEnvironmentName virtualEnvironment, SnapshotView view) {
            return List.of();
        }

        @Override
        public Optional<Translated> translate(ResourceType type, String name, SnapshotView view) {
            view.platform();
            if (broken) {
                throw new IllegalStateException("a bug");
            }
            return Optional.of(new Translated(
                    type == CLUSTER
                            ? Cluster.newBuilder()
                                    .setName(name)
                                    .setConnectTimeout(timeout)
                                    .build()
                            : RouteConfiguration.newBuilder()
                                    .setName(name)
                                    .addVirtualHosts(io.envoyproxy.envoy.config.route.v3.VirtualHost.newBuilder())
                                    .build(),
                    false));
        }

        @Override
        public Optional<Translated> withheld(ResourceType type, String name) {
            return Optional.empty();
        }

        @Override
        public List<ConfigurationFault> faults(Translated resource) {
            return translated.faults(resource);
        }

        @Override
        public Optional<Translated> atFault(ResourceType type, String name) {
            return translated.atFault(type, name);
        }

        @Override
        public boolean entitled(Audience audience, ResourceType type, String name, SnapshotView view) {
            return true;
        }
    }

    private void publish() {
        store.publish(NOTHING, Set.of(new SnapshotKey.PlatformKey()));
    }

    private StoredResource taken(ResourceType type, String name) {
        return found(subscription.take(), type, name);
    }

    private static StoredResource found(
            Map<ResourceType, Map<String, Optional<StoredResource>>> taken, ResourceType type, String name) {
        return taken.getOrDefault(type, Map.of())
                .getOrDefault(name, Optional.empty())
                .orElseThrow();
    }

    @Test
    void theLastGoodVersionStaysUntilTheNextValidOne() {
        publish();
        subscription.subscribe(CLUSTER, List.of("app/80"));
        StoredResource good = taken(CLUSTER, "app/80");
        assertThat(store.refused()).isEmpty();

        made.timeout = INVALID;
        publish();

        assertThat(subscription.take()).isEmpty();
        assertThat(store.held(CLUSTER)).containsExactly(good);
        assertThat(store.refused()).singleElement().satisfies(refused -> {
            assertThat(refused.earlierStays()).isTrue();
            assertThat(refused.sentence())
                    .contains("cluster app/80", "connect_timeout: expected a longer duration", "stays in force");
        });

        made.timeout = Duration.newBuilder().setSeconds(2).build();
        publish();

        assertThat(taken(CLUSTER, "app/80").version()).isNotEqualTo(good.version());
        assertThat(store.refused()).isEmpty();
    }

    @Test
    void aResourceWithoutAGoodVersionIsReplacedByAnAnswer() throws Exception {
        publish();
        made.timeout = INVALID;
        subscription.subscribe(CLUSTER, List.of("app/80"));
        subscription.subscribe(ROUTE, List.of("gw/main"));

        var taken = subscription.take();

        StoredResource cluster = found(taken, CLUSTER, "app/80");
        assertThat(cluster.standIn()).isTrue();
        assertThat(cluster.packed()
                        .getResource()
                        .unpack(Cluster.class)
                        .getLoadAssignment()
                        .getEndpointsCount())
                .isZero();
        StoredResource route = found(taken, ROUTE, "gw/main");
        RouteConfiguration routes = route.packed().getResource().unpack(RouteConfiguration.class);
        assertThat(routes.getVirtualHosts(0).getRoutesList()).allSatisfy(answer -> {
            assertThat(answer.getDirectResponse().getStatus()).isEqualTo(503);
            assertThat(answer.getDirectResponse().getBody().getInlineString())
                    .contains("generated for this virtual environment", "fault of Kitsune");
        });
        assertThat(store.refused()).hasSize(2).noneMatch(RefusedResource::earlierStays);

        subscription.close();
        assertThat(store.refused()).isEmpty();
    }

    @Test
    void aFaultInTranslationIsHandledInTheSameWay() {
        publish();
        made.broken = true;
        subscription.subscribe(CLUSTER, List.of("app/80"));

        assertThat(taken(CLUSTER, "app/80").standIn()).isTrue();
        assertThat(store.refused()).singleElement().satisfies(refused -> assertThat(refused.sentence())
                .contains("its translation ended with IllegalStateException"));
    }
}
