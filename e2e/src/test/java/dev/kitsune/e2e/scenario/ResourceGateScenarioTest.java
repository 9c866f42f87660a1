package dev.kitsune.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.gate.ResourceGate;
import dev.kitsune.envoy.trace.Reachable;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.folder.FolderSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The gate finds no fault in the resources of all scenarios, which real Envoys accept. */
class ResourceGateScenarioTest {
    @TempDir
    Path folder;

    static List<Scenario> all() throws IOException {
        return Scenario.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void findsNoFault(Scenario scenario) throws Exception {
        CatalogChange input = FolderSource.readOnce(scenario.copyInput(folder));
        Snapshot snapshot = Resolutions.first(input).resolution().snapshot();
        Map<String, Proxy> proxies = Proxies.of(input.catalog());
        assertThat(proxies).isNotEmpty();
        SoftAssertions softly = new SoftAssertions();
        for (Map.Entry<String, Proxy> proxy : proxies.entrySet()) {
            Map<ResourceType, SortedMap<String, Message>> resources = Reachable.of(
                    proxy.getValue(), snapshot, snapshot.virtualEnvironments().keySet());
            resources
                    .values()
                    .forEach(ofType ->
                            ofType.forEach((name, resource) -> softly.assertThat(ResourceGate.faults(resource))
                                    .as("%s: %s", proxy.getKey(), name)
                                    .isEmpty()));
        }
        softly.assertAll();
    }
}
