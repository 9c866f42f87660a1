package dev.kitsune.xds.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.translate.Translator;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.resolve.Resolver;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.folder.FolderSource;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvoyProblemsTest {
    private static final String MESH = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: dev}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Adapter
            metadata: {name: vend, namespace: shop}
            spec:
              http: {url: 'http://vend.test/'}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: shop-main, namespace: shop}
            spec:
              app: shop
              components:
                frontend:
                  version: f1
                  routes: [{rule: 'PathPrefix(`/`)'}]
                  dependencies: {vend: {type: Adapter}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: main, namespace: shop}
            spec: {environment: dev, release: {apps: {shop: {appDeployment: shop-main}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: child, namespace: shop}
            spec: {parent: main}
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    private final Set<String> made = new TreeSet<>();

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("mesh.yaml"), MESH);
    }

    /** Returns the problems if every translated resource is changed in this way. */
    private List<String> problems(BiFunction<ResourceType, Translated, Translated> change) throws IOException {
        CatalogChange read = FolderSource.readOnce(folder);
        Snapshot snapshot = Resolver.resolve(read).snapshot();
        return EnvoyProblems.of(read.catalog(), snapshot, (type, name) -> {
                    made.add(name);
                    Optional<Translated> translated = Translator.translate(type, name, snapshot);
                    return translated.map(resource -> change.apply(type, resource));
                })
                .stream()
                .map(Problem::toString)
                .toList();
    }

    @Test
    void validResourcesHaveNoProblemAndAreTranslatedOnce() throws Exception {
        assertThat(problems((type, resource) -> resource)).isEmpty();
        assertThat(made)
                .contains("gw/-", "gw/main", "out/shop/frontend@f1/main", "in/shop/frontend@f1/8081/main")
                .anyMatch(name -> name.startsWith("adapter/shop/vend/main/"))
                .contains("component/dev/shop/frontend@f1", "app/8081")
                .noneMatch(name -> name.endsWith("/child"));
    }

    @Test
    void anInvalidRouteIsAProblemAtItsOrigin() throws Exception {
        HeaderValueOption header = HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey("x").setValue("s3cret".repeat(3_000)))
                .build();

        List<String> problems = problems((type, resource) -> {
            if (!(resource.resource() instanceof RouteConfiguration routes)
                    || !routes.getName().startsWith("out/")) {
                return resource;
            }
            RouteConfiguration.Builder changed = routes.toBuilder();
            changed.getVirtualHostsBuilderList().forEach(host -> host.getRoutesBuilderList().stream()
                    .filter(Route.Builder::hasRoute)
                    .limit(1)
                    .forEach(route -> route.addRequestHeadersToAdd(header)));
            return new Translated(changed.build(), false);
        });

        assertThat(problems)
                .singleElement()
                .asString()
                .startsWith(
                        "mesh.yaml:9:9 error InvalidValue Envoy would refuse the route that is made from this value")
                .contains("header.value: expected at most 16384 bytes, not 18000")
                .doesNotContain("s3cret");
    }

    @Test
    void anInvalidClusterIsAProblemOfItsAdapter() throws Exception {
        List<String> problems = problems((type, resource) -> resource.resource() instanceof Cluster cluster
                        && cluster.getName().startsWith("adapter/")
                ? new Translated(
                        cluster.toBuilder()
                                .setConnectTimeout(Duration.getDefaultInstance())
                                .build(),
                        false)
                : resource);

        assertThat(problems)
                .singleElement()
                .asString()
                .startsWith("mesh.yaml:9:3 error InvalidValue Envoy would refuse the cluster")
                .contains("connect_timeout: expected a longer duration");
    }

    @Test
    void aFaultInTranslationIsAProblemWithoutAStackTrace() throws Exception {
        List<String> problems = problems((type, resource) -> {
            if (resource.resource() instanceof RouteConfiguration routes
                    && routes.getName().equals("gw/main")) {
                throw new IllegalStateException("a bug");
            }
            return resource;
        });

        assertThat(problems)
                .singleElement()
                .asString()
                .startsWith("mesh.yaml:25:7 error InvalidValue")
                .contains("IllegalStateException");
    }
}
