package dev.kitsune.e2e.accepted;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.envoy.EnvoyDiedException;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.resolve.Resolver;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.check.EnvoyProblems;
import dev.kitsune.xds.store.Refusal;
import dev.kitsune.xds.store.RefusedResource;
import dev.kitsune.xds.store.TranslatedResources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real Envoys accept and survive all manifests that pass {@code kitsune check}. A reported problem only affects the
 * objects that it names.
 */
class CheckedMeansAcceptedIT {
    private static final int CASES = Integer.getInteger("kitsune.cases", 250);
    private static final long SEED = Long.getLong("kitsune.seed", System.nanoTime());

    @TempDir
    Path temp;

    private final Map<SecretId, Secret> secrets = OddSecrets.all();
    private final List<String> faults = new ArrayList<>();
    private final Map<String, Integer> counts = new TreeMap<>();

    @Test
    void envoysAcceptManifestsThatPassCheck() throws Exception {
        System.out.println("seed " + SEED + " (-Dkitsune.seed=" + SEED + ")");
        Random random = new Random(SEED);
        try (LiveEnvoys envoys = new LiveEnvoys(new TranslatedResources(), temp)) {
            Resolution resolution = null;
            Catalog before = Catalog.EMPTY;
            for (int number = 0; number < CASES; number++) {
                OddCase odd =
                        OddManifests.of(new Draw(random, random.nextBoolean() ? 0.5 : 0.15), envoys.ports(), number);
                CatalogChange change = odd.change(before, secrets);
                List<Problem> errors = check(change);
                count(errors.isEmpty() ? "without errors" : "with errors");
                try {
                    resolution = served(envoys, odd, resolution, change);
                    before = change.catalog();
                    judge(envoys, odd, errors, resolution.snapshot());
                } catch (EnvoyDiedException e) {
                    throw new AssertionError(
                            "seed " + SEED + ", case " + number + "\n" + e.getMessage() + "\n" + odd, e);
                }
            }
            System.out.println(counts);
            assertThat(faults).as("seed %d", SEED).isEmpty();
            assertThat(envoys.rejected())
                    .as("resources that Envoys refused, seed %d", SEED)
                    .isZero();
        }
        assertThat(counts.get("without errors")).isGreaterThan(CASES / 4);
        assertThat(counts.get("with errors")).isGreaterThan(CASES / 4);
    }

    /** Publishes a case to the Envoys, and waits until they have answered to all its resources. */
    private Resolution served(LiveEnvoys envoys, OddCase odd, @Nullable Resolution before, CatalogChange change)
            throws Exception {
        Resolution resolution = before == null ? Resolver.resolve(change) : Resolver.resolve(before, change);
        if (before == null) {
            envoys.publishFirst(resolution);
        } else {
            envoys.publish(resolution);
        }
        requests(envoys, odd, resolution.snapshot());
        envoys.awaitQuiet();
        return resolution;
    }

    /**
     * A resource is made invalid after reading. With the gate no Envoy gets it, and without the gate the Envoys'
     * refusals are found.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPlantedErrorIsFound(boolean gated) throws Exception {
        SpoiltRoutes resources = new SpoiltRoutes("gw/e2", gated);
        try (LiveEnvoys envoys = new LiveEnvoys(resources, temp)) {
            Resolution resolution = null;
            Catalog before = Catalog.EMPTY;
            for (int number = 0; number < 4; number++) {
                OddCase odd = OddManifests.of(new Draw(new Random(1), 0), envoys.ports(), number);
                CatalogChange change = odd.change(before, secrets);
                resolution = served(envoys, odd, resolution, change);
                before = change.catalog();
                List<String> spoilt = number == 2 ? List.of("gw/e2") : List.of();
                assertThat(envoys.refusals()).extracting(Refusal::name).isEqualTo(gated ? List.of() : spoilt);
                assertThat(envoys.store().refused())
                        .extracting(RefusedResource::name)
                        .isEqualTo(gated ? spoilt : List.of());
            }
        }
    }

    /** Returns the problems that {@code kitsune check} finds. */
    private List<Problem> check(CatalogChange change) {
        Resolution fresh = Resolver.resolve(change);
        List<Problem> late = EnvoyProblems.of(change.catalog(), fresh.snapshot());
        late.forEach(problem -> {
            count("found by the gate alone");
        });
        List<Problem> errors = Stream.concat(fresh.problems().stream(), late.stream())
                .filter(Problem::isError)
                .toList();
        return errors;
    }

    private void judge(LiveEnvoys envoys, OddCase odd, List<Problem> errors, Snapshot snapshot) {
        envoys.refusals().stream()
                .filter(refusal -> !isNamed(refusal, errors))
                .forEach(refusal -> fault(odd, "refused: " + refusal));
        if (errors.isEmpty()) {
            envoys.store().refused().forEach(refused -> fault(odd, "not published: " + refused.sentence()));
        }
        errors.stream().filter(odd::isAtSteady).forEach(error -> fault(odd, "at a steady object: " + error));
        boolean named = errors.stream().map(Problem::object).anyMatch(object -> object == null || decides(object));
        if (!named && snapshot.virtualEnvironment(new VirtualEnvironmentName(odd.virtualEnvironment())) == null) {
            fault(odd, "the environment is not served, and no error names it");
        }
    }

    /** Only an invalid certificate is sent anyway, because an Envoy keeps the previous one. */
    private static boolean isNamed(Refusal refusal, List<Problem> errors) {
        return refusal.type() == ResourceType.SECRET
                && errors.stream().map(Problem::object).filter(Objects::nonNull).anyMatch(object -> refusal.name()
                        .startsWith("adapter/shop/" + object.name() + "/"));
    }

    private static boolean decides(ObjectKey object) {
        return switch (object.kind()) {
            case VirtualEnvironment, Environment, AppDeployment -> true;
            default -> false;
        };
    }

    /** Sends requests for everything that is loaded on demand, and checks the answers of the steady app. */
    private void requests(LiveEnvoys envoys, OddCase odd, Snapshot snapshot) throws Exception {
        String header = snapshot.platform().context().header();
        String deployments = snapshot.platform().context().deploymentHeader();
        GatewayClient gateway = envoys.gateway();
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        Call any = Call.get("http://any.localhost/").with(header, odd.virtualEnvironment());
        answers.add(gateway.start(any));
        answers.add(gateway.start(any.with(deployments, "odd-" + odd.number())));
        answers.add(gateway.start(Call.get("http://any.localhost/").with(deployments, "shop-x" + odd.number())));
        answers.add(gateway.start(Call.get("http://any.localhost/")));
        answers.add(envoys.callee().start(any));
        for (String adapter : odd.adapters()) {
            answers.add(
                    envoys.caller().start(Call.get("http://" + adapter + "/x").with(header, odd.virtualEnvironment())));
            answers.add(Connect.to(envoys.callerPort(), adapter, header, odd.virtualEnvironment()));
        }
        for (CompletableFuture<Answer> answer : answers) {
            try {
                String text = answer.get().text();
                if (text.contains("control plane is away")) {
                    fault(odd, "not loaded: " + text);
                }
            } catch (java.util.concurrent.ExecutionException e) {
                // The old listener closed the connection, or the answer is not HTTP.
                count("without an answer");
            }
        }
        Awaitility.await("the steady app")
                .atMost(Duration.ofSeconds(20))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .ignoreExceptions()
                .untilAsserted(() -> {
                    Answer answer =
                            gateway.send(Call.get("http://shop.localhost/").with(header, "main"));
                    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
                    assertThat(answer.receivedOne("kitsune-var-mark")).isEqualTo(odd.number() + "!");
                });
    }

    private void fault(OddCase odd, String what) {
        String text = "case " + odd.number() + " " + what + "\n" + odd;
        faults.add(text);
    }

    private void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }
}
