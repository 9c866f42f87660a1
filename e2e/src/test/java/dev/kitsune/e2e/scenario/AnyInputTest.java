package dev.kitsune.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.json.EnvoyJson;
import dev.kitsune.envoy.trace.Reachable;
import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.read.ReadResult;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.resolve.Resolver;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.pcollections.HashTreePMap;

/**
 * Reading, resolving and translating any folder returns resources, and problems with a position, and never fails. The
 * inputs are those of all scenarios with some changed words.
 */
class AnyInputTest {
    private static final String PLANTED = "planted-secret-value";

    @Provide
    Arbitrary<Map<String, String>> inputs() throws IOException {
        return Arbitraries.of(Scenario.all()).map(AnyInputTest::input);
    }

    @Provide
    Arbitrary<List<Mutation>> mutations() {
        return Mutation.any().list().ofMinSize(1).ofMaxSize(6);
    }

    @Property(tries = 2_000)
    void everyStageEndsWithData(
            @ForAll("inputs") Map<String, String> input, @ForAll("mutations") List<Mutation> mutations) {
        String text = input.getOrDefault("manifests.yaml", "");
        CatalogChange right = change(text, input.keySet());
        for (Mutation mutation : mutations) {
            text = mutation.applied(text);
        }
        CatalogChange wrong = change(text, input.keySet());

        Resolution fresh = Resolver.resolve(wrong);
        Resolution afterChange = Resolver.resolve(Resolver.resolve(right), wrong);

        for (Resolution resolution : List.of(fresh, afterChange)) {
            assertThat(resolution.problems()).allSatisfy(AnyInputTest::assertHasPosition);
            for (Proxy proxy : Proxies.of(wrong.catalog()).values()) {
                Reachable.of(
                                proxy,
                                resolution.snapshot(),
                                resolution.snapshot().virtualEnvironments().keySet())
                        .forEach(AnyInputTest::assertHoldsNoSecrets);
            }
        }
        Statistics.label("still resolves")
                .collect(!fresh.snapshot().virtualEnvironments().isEmpty());
        Statistics.label("still resolves").coverage(c -> c.check(true).percentage(p -> p > 30));
    }

    private static void assertHasPosition(Problem problem) {
        if (problem.position().hasLine()) {
            assertThat(problem.position().column()).isPositive();
        } else {
            // An object that is gone has no line any more.
            assertThat(problem.position().file()).matches("[A-Z]\\w+/.+");
        }
        assertThat(problem.toString()).doesNotContain("\n").doesNotContain(PLANTED);
    }

    private static void assertHoldsNoSecrets(ResourceType type, SortedMap<String, Message> resources) {
        resources.forEach((name, resource) -> {
            if (type != ResourceType.SECRET) {
                assertThat(EnvoyJson.print(resource)).doesNotContain(PLANTED);
            }
        });
    }

    private static Map<String, String> input(Scenario scenario) {
        try {
            return scenario.input();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static CatalogChange change(String text, Set<String> files) {
        Map<ObjectKey, Manifest<?>> manifests = new HashMap<>();
        List<Problem> problems = new ArrayList<>();
        // Each document is in a file of its own, so that a broken one does not affect the others.
        String[] documents = text.split("(?m)^---$", -1);
        for (int i = 0; i < documents.length; i++) {
            ReadResult read = ManifestReader.read(i + ".yaml", documents[i]);
            read.manifests().forEach(m -> manifests.putIfAbsent(m.key(), m));
            problems.addAll(read.problems());
        }
        Map<SecretId, Map<String, SecretValue>> secrets = new HashMap<>();
        for (String file : files) {
            String[] path = file.split("/", -1);
            if (path.length == 3 && path[0].equals("secrets")) {
                secrets.computeIfAbsent(new SecretId("", path[1]), id -> new HashMap<>())
                        .put(path[2], SecretValue.of(PLANTED));
            }
        }
        Map<SecretId, Secret> whole = new HashMap<>();
        secrets.forEach((id, keys) -> whole.put(id, new Secret(keys)));
        Catalog catalog = new Catalog(HashTreePMap.from(manifests), HashTreePMap.from(whole), false);
        return new CatalogChange(catalog, new HashSet<>(manifests.keySet()), whole.keySet(), problems);
    }
}
