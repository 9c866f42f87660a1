package dev.kitsune.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.Workload;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.release.Decision;
import dev.kitsune.model.release.Releases;
import dev.kitsune.model.release.Releasing;
import dev.kitsune.model.resolve.CatalogChange;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.resolve.Resolver;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.xds.folder.FolderSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every scenario through reading, resolving and translating, held against its golden files. */
class ScenarioTest {
    private static final Map<ResourceType, String> FILES = Map.of(
            ResourceType.LISTENER, "listeners",
            ResourceType.SCOPED_ROUTE, "scopes",
            ResourceType.ROUTE, "routes",
            ResourceType.CLUSTER, "clusters",
            ResourceType.ENDPOINT, "endpoints",
            ResourceType.SECRET, "secrets");

    @TempDir
    Path folder;

    static List<Scenario> all() throws IOException {
        return Scenario.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void givesTheSameProblemsAndResources(Scenario scenario) throws Exception {
        CatalogChange input = FolderSource.readOnce(scenario.copyInput(folder));
        Resolution resolution = Resolver.resolve(input);
        Map<String, String> generated = new TreeMap<>();
        if (!resolution.problems().isEmpty()) {
            generated.put("problems.yaml", GoldenYaml.print(resolution.problems()));
        }
        if (!scenario.then().isEmpty()) {
            List<Problem> then = problemsThen(scenario);
            if (!then.isEmpty()) {
                generated.put("then/problems.yaml", GoldenYaml.print(then));
            }
        }
        if (!scenario.isAboutProblems()) {
            generated.putAll(resources(input, resolution));
        }
        GoldenFiles.check(scenario, generated);
    }

    private static Map<String, String> resources(CatalogChange input, Resolution resolution) throws IOException {
        Map<String, String> generated = new TreeMap<>();
        for (Map.Entry<String, Proxy> proxy : proxies(input).entrySet()) {
            Map<ResourceType, SortedMap<String, Message>> resources =
                    Resources.of(proxy.getValue(), resolution.snapshot());
            for (Map.Entry<ResourceType, SortedMap<String, Message>> type : resources.entrySet()) {
                if (!type.getValue().isEmpty()) {
                    generated.put(
                            "envoy/" + proxy.getKey() + "/" + FILES.get(type.getKey()) + ".yaml",
                            GoldenYaml.print(type.getValue().values()));
                }
            }
        }
        return generated;
    }

    /** What is wrong after the second step, an hour later, which a served folder shows and a folder that is read once does not. */
    private List<Problem> problemsThen(Scenario scenario) throws Exception {
        Path served = scenario.copyInput(folder.resolve("served"));
        BlockingQueue<CatalogChange> changes = new LinkedBlockingQueue<>();
        try (FolderSource source = new FolderSource(served, changes::add)) {
            source.start();
            Decision first = Releasing.next(Releases.NONE, null, changes.take(), List.of(), Instant.EPOCH);
            for (Map.Entry<String, String> file : scenario.then().entrySet()) {
                Path fresh = Files.writeString(folder.resolve("fresh"), file.getValue());
                Files.move(fresh, served.resolve(file.getKey()), StandardCopyOption.ATOMIC_MOVE);
            }
            CatalogChange then = changes.poll(20, TimeUnit.SECONDS);
            assertThat(then).as("the change of " + scenario).isNotNull();
            Instant later = Instant.EPOCH.plus(Duration.ofHours(1));
            return Releasing.next(first.releases(), first.resolution(), then, List.of(), later)
                    .resolution()
                    .problems();
        }
    }

    @Test
    void showTheProblemCodesAll() throws Exception {
        Set<ProblemCode> unseen = EnumSet.allOf(ProblemCode.class);
        for (Scenario scenario : Scenario.all()) {
            for (String golden : List.of("problems.yaml", "then/problems.yaml")) {
                Path file = scenario.folder().resolve(golden);
                String text = Files.exists(file) ? Files.readString(file) : "";
                unseen.removeIf(code -> text.contains("code: " + code + "\n"));
            }
        }
        assertThat(unseen).as("problem codes that no scenario shows").isEmpty();
    }

    @ParameterizedTest
    @MethodSource("all")
    void saysWhatItShows(Scenario scenario) {
        assertThat(scenario.folder().resolve("README.md")).isNotEmptyFile();
        assertThat(scenario.folder().resolve("manifests.yaml")).isNotEmptyFile();
    }

    /** The gateway and the sidecar of every workload, with ports that follow from the written ones. */
    private static Map<String, Proxy> proxies(CatalogChange input) {
        Map<String, Proxy> proxies = new TreeMap<>();
        proxies.put("gateway", new Proxy.Gateway("127.0.0.1", 18080, Proxy.Scopes.ON_DEMAND));
        for (Manifest<?> manifest : input.catalog().manifests().values()) {
            if (manifest.spec() instanceof Workload workload) {
                int port = workload.endpoints().get(0).port();
                proxies.put(
                        manifest.key().name(),
                        new Proxy.Sidecar(
                                new ComponentVersion(workload.app(), workload.component(), workload.version()),
                                manifest.key().name(),
                                "127.0.0.1",
                                port,
                                port + 200,
                                port + 400,
                                Proxy.Scopes.ON_DEMAND));
            }
        }
        return proxies;
    }
}
