package dev.kitsune.xds.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates of pods on the command line. */
class DistillationOptionTest {
    private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    @Test
    void namespacesAreSeparatedByCommas() {
        assertThat(ServedClusterOptions.names("shop,pay")).containsExactly("pay", "shop");
        assertThat(ServedClusterOptions.names("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Shop", "shop,*", "shop;pay"})
    void whatIsNoNamespaceIsRefused(String names) {
        assertThatThrownBy(() -> ServedClusterOptions.names(names))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("--distillation " + names)
                .hasMessageContaining("is no namespace");
    }

    @Test
    void aFolderHasNoPods(@TempDir Path folder) {
        Run run = Run.of("serve", "--dir", folder.toString(), "--distillation", "shop");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--distillation belong to a cluster");
    }

    @Test
    void theExampleOfThePageIsRight(@TempDir Path folder) throws IOException {
        String example = YAML.matcher(Files.readString(Path.of("..", "docs", "distillation.md")))
                .results()
                .map(MatchResult::group)
                .map(block -> block.replaceAll("```(yaml)?", ""))
                .collect(Collectors.joining("---\n"));
        Files.writeString(folder.resolve("shop.yaml"), example + """
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Environment
                metadata: {name: dev}
                spec: {}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: main, namespace: shop}
                spec: {environment: dev, release: {apps: {shop: {appDeployment: shop-main}}}}
                """);

        Run run = Run.of("check", folder.toString());

        assertThat(run.exitCode()).as(run.err() + run.out()).isZero();
        assertThat(run.out() + run.err()).contains("no workload serves shop/cart@4f2c1d0");
    }

    @Test
    void checkFindsMistakesInATemplate(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("shop.yaml"), """
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: shop-main, namespace: shop}
                spec:
                  app: shop
                  components:
                    cart:
                      version: c1
                      template:
                        spec:
                          container: [{name: app}]
                """);

        Run run = Run.of("check", folder.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out() + run.err())
                .contains("shop.yaml:11:", "spec.components.cart.template.spec needs the field \"containers\"");
    }
}
