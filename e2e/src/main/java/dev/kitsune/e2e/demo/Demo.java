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

/** The steps of the demo on a running mesh. Every step prints what it checks. */
final class Demo {
    private static final int ROUNDS = 20;
    private static final List<String> HEAD =
            List.of("virtual environment", "frontend", "cart", "catalog", "variables", "credential at the payment API");

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

    /** Runs all steps, and returns one sentence for each failed check. */
    List<String> run() throws IOException, InterruptedException {
        Map<String, Long> before = processes();
        useThreeAtTheSameTime();
        if (promises.broken().isEmpty()) {
            createFourth();
        }
        if (promises.broken().isEmpty()) {
            screen.title("Changes under load: first a secret, then a component version");
            new LiveChanges(mesh, promises, promised).run();
        }
        if (promises.broken().isEmpty()) {
            new ReleaseAndBack(mesh, screen, promises).run();
        }
        boolean unchanged = processes().equals(before) && mesh.envoys().stream().allMatch(EnvoyProcess::isAlive);
        promises.check(
                unchanged,
                "processes",
                unchanged
                        ? "the same " + before.size() + " Envoy processes run as at the beginning"
                        : "not all of the " + before.size() + " Envoy processes of the beginning are running");
        return promises.broken();
    }

    private void useThreeAtTheSameTime() throws InterruptedException {
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
            // The table shows a visit that differs, if there is one.
            Visit shown =
                    visits.stream().filter(v -> !v.equals(promise)).findFirst().orElse(promise);
            shown.differenceFrom(promise)
                    .ifPresent(sentence -> differences.put(row.getKey().value(), sentence));
            rows.add(cells(row.getKey(), shown));
        }
        screen.table(rows);
        differences.forEach(promises::broken);
        if (differences.isEmpty()) {
            screen.passed("each of " + ROUNDS * promised.size()
                    + " mixed requests got the versions, variables and credential of its own virtual environment");
        }
    }

    private void createFourth() throws IOException, InterruptedException {
        VirtualEnvironmentName name = new VirtualEnvironmentName("my-idea");
        screen.title("A fourth virtual environment, created by writing one file");
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
                difference.orElse("the first request in it was served " + millis + " ms after its file was written"));
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
