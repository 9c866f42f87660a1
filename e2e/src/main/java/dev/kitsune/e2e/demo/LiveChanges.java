package dev.kitsune.e2e.demo;

import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.http.Load;
import dev.kitsune.e2e.http.Load.Check;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** Changes a secret and a component version while requests go to all virtual environments. */
final class LiveChanges {
    private static final int REQUESTS_PER_PHASE = 300;
    private static final int CLIENTS = 3;

    private final Mesh mesh;
    private final Promises promises;
    private final GatewayClient client;
    private final Map<VirtualEnvironmentName, Visit> promised;

    LiveChanges(Mesh mesh, Promises promises, Map<VirtualEnvironmentName, Visit> promised) {
        this.mesh = mesh;
        this.promises = promises;
        this.client = mesh.client();
        this.promised = Map.copyOf(promised);
    }

    void run() throws IOException, InterruptedException {
        Allowed allowed = new Allowed(promised);
        List<Check> checks = promised.keySet().stream()
                .map(virtualEnvironment ->
                        new Check(Shop.visit(virtualEnvironment), answer -> allowed.fault(virtualEnvironment, answer)))
                .toList();
        try (Load load = new Load(mesh.client(), CLIENTS, checks)) {
            load.awaitMore(REQUESTS_PER_PHASE);
            change(
                    load,
                    allowed,
                    new VirtualEnvironmentName("cart-fix"),
                    Shop.CART_FIX_ROTATED,
                    "the secret of cart-fix",
                    () -> mesh.folder().writeSecret("payments", "cart-fix", Shop.ROTATED_KEY));
            change(
                    load,
                    allowed,
                    new VirtualEnvironmentName("summer-sale"),
                    Shop.SUMMER_SALE_FIXED,
                    "the version of cart in summer-sale",
                    () -> mesh.folder().edit("summer-sale.yaml", "cart: 77aa010", "cart: 4f2c1d0"));
            promises.check(load.failed() == 0, "load", count(load));
        } catch (TimeoutException e) {
            promises.broken("load", String.valueOf(e.getMessage()));
        }
    }

    private static String count(Load load) {
        return load.done() + " requests went to all virtual environments meanwhile, and " + load.failed()
                + " of them were lost or wrong"
                + load.failures().stream().limit(3).map(f -> "\n         " + f).collect(Collectors.joining());
    }

    private void change(
            Load load,
            Allowed allowed,
            VirtualEnvironmentName virtualEnvironment,
            Visit then,
            String what,
            LiveChange change)
            throws IOException, InterruptedException, TimeoutException {
        allowed.also(virtualEnvironment, then);
        long start = System.nanoTime();
        change.make();
        boolean came = Patience.await(client, Shop.visit(virtualEnvironment), answer -> Visit.of(answer)
                        .equals(then))
                .isPresent();
        long millis = (System.nanoTime() - start) / 1_000_000;
        promises.check(
                came,
                virtualEnvironment.value(),
                what + (came ? " changed and was in force after " + millis + " ms" : " did not change"));
        if (came) {
            // Requests that were already sent may still get the old one. After them the old one is a fault.
            load.awaitMore(2 * CLIENTS);
            allowed.only(virtualEnvironment, then);
        }
        load.awaitMore(REQUESTS_PER_PHASE);
    }

    /** A change of the folder. */
    private interface LiveChange {
        void make() throws IOException;
    }
}
