package dev.kitsune.model.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.index.Parents;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScaleTest {
    private static String children(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Shop.virtualEnvironment(
                        "e" + i,
                        "parent: main, data: {variables: {greeting: g" + i + "}}, components: {cart: v" + i + "}"))
                .collect(Collectors.joining());
    }

    @Test
    void aChangeOfOneOfTenThousandVirtualEnvironmentsResolvesOnlyThatOne() {
        Mesh mesh = Shop.mesh().file("many.yaml", children(10_000)).resolveFresh();

        assertThat(mesh.resolution().resolvedVirtualEnvironments()).isEqualTo(10_001);
        assertThat(mesh.errors()).isEmpty();
        assertThat(mesh.virtualEnvironment("e1").apps())
                .isSameAs(mesh.virtualEnvironment("e9999").apps());

        mesh.file("one.yaml", Shop.virtualEnvironment("one", "parent: main")).resolve();
        assertThat(mesh.resolution().resolvedVirtualEnvironments()).isEqualTo(1);
        assertThat(mesh.resolution().changed())
                .as("the virtual environment itself, and the version of each of its components")
                .hasSize(3);
    }

    @Test
    void resolvesAChainOfAThousandParents() {
        String chain = IntStream.range(1, 1_000)
                .mapToObj(i -> Shop.virtualEnvironment(
                        "e" + i,
                        "parent: " + (i == 1 ? "main" : "e" + (i - 1)) + ", data: {variables: {v" + i % 10 + ": x}}"))
                .collect(Collectors.joining());
        Mesh mesh = Shop.mesh().file("chain.yaml", chain).resolve();

        assertThat(mesh.errors()).isEmpty();
        assertThat(mesh.virtualEnvironment("e999").overlay().variables()).hasSize(13);
        assertThat(mesh.resolution().resolvedVirtualEnvironments()).isEqualTo(1_000);
        assertThat(mesh.version("e999", "shop", "cart")).isEqualTo("c1");
    }

    @Test
    void aChainHasAtMostAThousandVirtualEnvironments() {
        String chain = IntStream.range(1, 3_000)
                .mapToObj(i -> Shop.virtualEnvironment("e" + i, "parent: " + (i == 1 ? "main" : "e" + (i - 1))))
                .collect(Collectors.joining());
        Mesh mesh = Shop.mesh().file("chain.yaml", chain).resolve();

        assertThat(mesh.resolution().snapshot().virtualEnvironments())
                .hasSize(1_000)
                .containsKey(new VirtualEnvironmentName("e999"));
        assertThat(mesh.errors())
                .hasSize(2_000)
                .anyMatch(e -> e.contains("at most 1000 virtual environments, and parent e999 is the last"));
    }

    @Test
    void eachParentIsReadAFewTimesWhateverTheLengthOfTheChain() {
        int[] asked = new int[1];
        List<Integer> order = new ArrayList<>();
        Set<VirtualEnvironmentName> all =
                IntStream.range(0, 10_000).mapToObj(ScaleTest::name).collect(Collectors.toSet());

        Parents.first(
                all,
                name -> {
                    asked[0]++;
                    return name.equals(name(0)) ? null : name(Integer.parseInt(name.value()) - 1);
                },
                name -> {
                    order.add(Integer.valueOf(name.value()));
                    return Set.of();
                });

        assertThat(order).isSorted().hasSize(10_000);
        assertThat(asked[0]).isEqualTo(10_000);
    }

    private static VirtualEnvironmentName name(int number) {
        return new VirtualEnvironmentName(String.valueOf(number));
    }
}
