package dev.kitsune.e2e.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.explain.Difference;
import dev.kitsune.xds.inspect.VirtualEnvironmentFacts;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** {@code apply(diff(a, b), a) = b}, for all pairs of generated virtual environments. */
class DifferencePropertyTest {
    @Test
    void applyingTheDifferencesGivesTheOtherVirtualEnvironment() {
        long seed = Long.getLong("kitsune.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 3; i++) {
            VirtualEnvironmentSet set = VirtualEnvironmentSet.generate(random, new SomePorts());
            Snapshot snapshot = set.resolve().snapshot();
            List<ResolvedVirtualEnvironment> all =
                    List.copyOf(snapshot.virtualEnvironments().values());
            assertThat(all)
                    .as("virtual environments, with seed %d", seed)
                    .hasSize(set.virtualEnvironments().size() + VirtualEnvironmentSet.COPIED_TO.size());
            for (ResolvedVirtualEnvironment a : all) {
                for (ResolvedVirtualEnvironment b : all) {
                    SortedMap<String, String> here = VirtualEnvironmentFacts.of(a, snapshot);
                    SortedMap<String, String> there = VirtualEnvironmentFacts.of(b, snapshot);
                    List<Difference> differences = Difference.between(here, there);
                    assertThat(Difference.apply(differences, here))
                            .as("%s as %s, with seed %d", a.name(), b.name(), seed)
                            .isEqualTo(there);
                    assertThat(differences.isEmpty())
                            .as("%s and %s are the same, with seed %d", a.name(), b.name(), seed)
                            .isEqualTo(resolved(a).equals(resolved(b)));
                }
            }
        }
    }

    private record SomePorts() implements VirtualEnvironmentSet.Ports {
        @Override
        public int of(String name) {
            return 19_000 + Math.floorMod(name.hashCode(), 999);
        }

        @Override
        public int ofCopies(String name) {
            return of(name);
        }
    }

    /** Returns the resolved parts of a virtual environment, without their origins. */
    private static List<Object> resolved(ResolvedVirtualEnvironment virtualEnvironment) {
        return List.of(
                virtualEnvironment.environment(),
                virtualEnvironment.overlay().variables().entrySet().stream()
                        .map(e -> e.getKey() + e.getValue().value())
                        .sorted()
                        .toList(),
                virtualEnvironment.overlay().secrets().entrySet().stream()
                        .map(e -> e.getKey()
                                + e.getValue().location()
                                + e.getValue().present())
                        .sorted()
                        .toList(),
                virtualEnvironment.components().values().stream()
                        .map(c -> c.version().toString())
                        .sorted()
                        .toList(),
                virtualEnvironment.apps().entrySet().stream()
                        .map(app -> app.getKey() + app.getValue().appDeployment())
                        .sorted()
                        .toList(),
                virtualEnvironment.routes().stream()
                        .map(route -> route.rule() + " " + route.target() + route.priority())
                        .sorted()
                        .toList(),
                virtualEnvironment.mirrors().entrySet().stream()
                        .map(component -> component.getKey() + " "
                                + component.getValue().stream()
                                        .map(copy -> copy.to().value() + copy.version() + copy.percent())
                                        .toList())
                        .sorted()
                        .toList());
    }
}
