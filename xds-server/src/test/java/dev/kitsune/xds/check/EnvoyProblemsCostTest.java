package dev.kitsune.xds.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.envoy.translate.Translator;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.resolve.Resolver;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.folder.FolderSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A check translates the same number of resources for each additional virtual environment. */
class EnvoyProblemsCostTest {
    private static final String KIND = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: dev}
            """;

    private static final String APP = """
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: %1$s-main, namespace: %1$s}
            spec:
              app: %1$s
              components:
                web: {version: w0, routes: [{rule: 'Host(`%1$s.test`)'}], dependencies: {cart: {type: Component}}}
                cart: {version: c0, variables: {greeting: {type: String}}}
            """;

    private static final String ENVIRONMENT = """
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: env-%2$d, namespace: %1$s}
            spec:
              environment: dev
              release: {apps: {%1$s: {appDeployment: %1$s-main}}}
              data: {variables: {greeting: Hello%2$d}}
              components: {cart: c%2$d, web: w%2$d}
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @Test
    void eachVirtualEnvironmentWithoutParentCostsTheSame() throws Exception {
        assertEachCostsTheSame("shop", i -> ENVIRONMENT.formatted("shop", i));
    }

    @Test
    void eachVirtualEnvironmentWithItsOwnAppCostsTheSame() throws Exception {
        assertEachCostsTheSame("shop", i -> APP.formatted("team" + i) + ENVIRONMENT.formatted("team" + i, i));
    }

    @Test
    void eachChildCostsTheSame() throws Exception {
        String child = ENVIRONMENT.replaceAll("(?s)environment: dev.*?data", "parent: env-0\n  data");
        assertEachCostsTheSame("shop", i -> (i == 0 ? ENVIRONMENT : child).formatted("shop", i));
    }

    private void assertEachCostsTheSame(String app, IntFunction<String> virtualEnvironment) throws IOException {
        int first = made(app, 10, virtualEnvironment);
        int second = made(app, 20, virtualEnvironment);
        int third = made(app, 30, virtualEnvironment);

        assertThat(second).isGreaterThan(first);
        assertThat(third - second).isEqualTo(second - first);
    }

    private int made(String app, int virtualEnvironments, IntFunction<String> virtualEnvironment) throws IOException {
        StringBuilder mesh = new StringBuilder(KIND).append(APP.formatted(app));
        for (int i = 0; i < virtualEnvironments; i++) {
            mesh.append(virtualEnvironment.apply(i));
        }
        Files.writeString(folder.resolve("mesh.yaml"), mesh);
        CatalogChange read = FolderSource.readOnce(folder);
        Snapshot snapshot = Resolver.resolve(read).snapshot();
        assertThat(snapshot.virtualEnvironments()).hasSize(virtualEnvironments);
        AtomicInteger made = new AtomicInteger();
        assertThat(EnvoyProblems.of(read.catalog(), snapshot, (type, name) -> {
                    made.incrementAndGet();
                    return Translator.translate(type, name, snapshot);
                }))
                .isEmpty();
        return made.get();
    }
}
