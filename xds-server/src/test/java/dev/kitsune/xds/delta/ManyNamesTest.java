package dev.kitsune.xds.delta;

import static dev.kitsune.envoy.ResourceType.CLUSTER;
import static dev.kitsune.envoy.ResourceType.ROUTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kitsune.xds.identity.CallerShare;
import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.Served;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.Status;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client that subscribes to more names than a proxy could need only loses its own stream. */
class ManyNamesTest {
    @RegisterExtension
    final Served served = new Served();

    @Test
    void aStreamWithTooManyUnknownNamesIsEndedAndItsMemoryIsFreed() {
        served.mesh().virtualEnvironment("a").publishTo(served.store());
        DeltaClient other = served.client().subscribe(CLUSTER, "a");
        other.nextAcked();
        int held = served.store().size();

        DeltaClient client = served.client();
        String longName = "unknown" + "x".repeat(2_000);
        for (int request = 0; request < 8; request++) {
            int from = request * 10_000;
            client.subscribe(
                    ROUTE,
                    IntStream.range(from, from + 10_000)
                            .mapToObj(i -> longName + i)
                            .toArray(String[]::new));
        }

        assertThat(client.end().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        Awaitility.await().untilAsserted(() -> assertThat(served.store().size()).isEqualTo(held));
        served.mesh().virtualEnvironment("a", "cluster", "2").publishTo(served.store());
        assertThat(DeltaClient.names(other.next())).containsExactly("a");
    }

    @Test
    void aNodeThatIsTooLargeIsRefused() {
        served.mesh().publishTo(served.store());
        Node node = DeltaClient.node("x".repeat(2 << 20), DeltaClient.GATEWAY);

        DeltaClient client = served.client(node).subscribe(CLUSTER);

        assertThat(client.end().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void aProxyWithAHundredThousandVirtualEnvironmentsIsBelowTheLimit() {
        NameBudget budget = new NameBudget(CallerShare.current());
        List<String> routes = IntStream.range(0, 200_000)
                .mapToObj(i -> "in/shop/cart@9f1c2ab/8080/environment-" + i)
                .toList();

        budget.add(routes);
        budget.add(routes);
        budget.add(routes.subList(0, 100_000));
        assertThatThrownBy(() -> {
                    budget.add(routes);
                    budget.add(routes);
                    budget.add(routes);
                })
                .isInstanceOf(NameBudget.ExhaustedException.class);
        budget.remove(routes);
        budget.add(routes.subList(0, 100_000));
    }
}
