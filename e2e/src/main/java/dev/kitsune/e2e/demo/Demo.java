package dev.kitsune.e2e.demo;

import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The main job, shown on a mesh that runs: every step says what it promises and checks it. */
final class Demo {
    private static final int ROUNDS = 20;
    private static final List<String> HEAD =
            List.of("environment", "frontend", "cart", "catalog", "variables seen", "credential at the payment API");

    private final Mesh mesh;
    private final Screen screen;
    private final Promises promises;
    private final GatewayClient client;
    private final Map<VirtualEnvironmentName, Visit> promised = new LinkedHashMap<>();

    Demo(Mesh mesh, Screen screen) {
        this.mesh = mesh;
        this.screen = screen;
        this.promises = new Promises(screen);
        this.client = mesh.client();
        promised.put(new VirtualEnvironmentName("main"), Shop.MAIN);
        promised.put(new VirtualEnvironmentName("cart-fix"), Shop.CART_FIX);
        promised.put(new VirtualEnvironmentName("summer-sale"), Shop.SUMMER_SALE);
    }

    /** What was not as promised, one sentence each. */
    List<String> run() throws IOException, InterruptedException {
        Map<String, Long> before = processes();
        atTheSameTime();
        if (promises.broken().isEmpty()) {
            fourth();
        }
        if (promises.broken().isEmpty()) {
            screen.title("Changes under load: a secret, then a component version");
            new LiveChanges(mesh, promises, promised).run();
        }
        if (promises.broken().isEmpty()) {
            new ReleaseAndBack(mesh, screen, promises).run();
        }
        promises.check(
                processes().equals(before) && mesh.envoys().stream().allMatch(EnvoyProcess::isAlive),
                "processes",
                "the same " + before.size() + " Envoy processes as at the beginning: nothing was restarted");
        return promises.broken();
    }

    private void atTheSameTime() throws InterruptedException {
        screen.title("Three virtual environments at the same time, through the same processes");
        Map<VirtualEnvironmentName, List<CompletableFuture<Answer>>> answers = new LinkedHashMap<>();
        promised.keySet().forEach(virtualEnvironment -> answers.put(virtualEnvironment, new ArrayList<>()));
        for (int round = 0; round < ROUNDS; round++) {
            answers.forEach((virtualEnvironment, started) -> started.add(client.start(Shop.visit(virtualEnvironment))));
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        Map<String, String> differences = new TreeMap<>();
        for (Map.Entry<VirtualEnvironmentName, List<CompletableFuture<Answer>>> row : answers.entrySet()) {
            Visit promise = promised.getOrDefault(row.getKey(), Shop.MAIN);
            List<Visit> visits = new ArrayList<>();
            for (CompletableFuture<Answer> answer : row.getValue()) {
                visits.add(visit(answer));
            }
            // One that differs says more than those that do not.
            Visit shown =
                    visits.stream().filter(v -> !v.equals(promise)).findFirst().orElse(promise);
            shown.differenceFrom(promise)
                    .ifPresent(sentence -> differences.put(row.getKey().value(), sentence));
            rows.add(cells(row.getKey(), shown));
        }
        screen.table(rows);
        differences.forEach(promises::broken);
        if (differences.isEmpty()) {
            screen.good(
                    ROUNDS * promised.size()
                            + " requests, mixed: each met the versions, variables and credential of its own virtual environment");
        }
    }

    private void fourth() throws IOException, InterruptedException {
        VirtualEnvironmentName name = new VirtualEnvironmentName("my-idea");
        screen.title("A fourth virtual environment on the fly: one file is written");
        screen.line(Shop.FOURTH_TEXT.indent(4).stripTrailing());
        long start = System.nanoTime();
        mesh.folder().write(Shop.FOURTH_FILE, Shop.FOURTH_TEXT);
        Optional<Answer> answer = Patience.await(client, Shop.visit(name), a -> a.status() == 200);
        long millis = (System.nanoTime() - start) / 1_000_000;
        if (answer.isEmpty()) {
            promises.broken(name.value(), "is not served after " + Patience.AT_MOST.toSeconds() + " s");
            return;
        }
        Visit visit = Visit.of(answer.get());
        screen.table(List.of(HEAD, cells(name, visit)));
        Optional<String> difference = visit.differenceFrom(Shop.FOURTH);
        promises.check(
                difference.isEmpty(),
                name.value(),
                difference.orElse(millis + " ms from the write of the file to the first request served in it"));
        promised.put(name, Shop.FOURTH);
    }

    private static Visit visit(CompletableFuture<Answer> answer) throws InterruptedException {
        try {
            return Visit.of(answer.get());
        } catch (ExecutionException e) {
            return new Visit("no answer: " + e.getCause(), "-", "-", "-", "-");
        }
    }

    private static List<String> cells(VirtualEnvironmentName virtualEnvironment, Visit visit) {
        return List.of(
                virtualEnvironment.value(),
                visit.frontend(),
                visit.cart(),
                visit.catalog(),
                visit.variables(),
                visit.credential());
    }

    private Map<String, Long> processes() {
        Map<String, Long> ids = new TreeMap<>();
        mesh.envoys().forEach(envoy -> ids.put(envoy.name(), envoy.pid()));
        return ids;
    }
}
