package dev.kitsune.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.trace.Reachable;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.resolve.Resolver;
import dev.kitsune.xds.folder.FolderSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads, resolves and translates every scenario, and compares the results with its golden files. */
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
            List<Problem> then = Resolutions.then(scenario, folder).problems();
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
        for (Map.Entry<String, Proxy> proxy : Proxies.of(input.catalog()).entrySet()) {
            Map<ResourceType, SortedMap<String, Message>> resources = Reachable.of(
                    proxy.getValue(),
                    resolution.snapshot(),
                    resolution.snapshot().virtualEnvironments().keySet());
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

    @Test
    void showAllProblemCodes() throws Exception {
        // No input shows a bug of Kitsune, because bugs are corrected. FaultTest uses objects that no reader makes.
        // The time makes a certificate expire, and not the input. CertificateDatesTest has a clock for it.
        Set<ProblemCode> unseen =
                EnumSet.complementOf(EnumSet.of(ProblemCode.KitsuneFault, ProblemCode.ExpiringCertificate));
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
    void hasASentence(Scenario scenario) {
        assertThat(scenario.folder().resolve("README.md")).isNotEmptyFile();
        assertThat(scenario.folder().resolve("manifests.yaml")).isNotEmptyFile();
    }
}
