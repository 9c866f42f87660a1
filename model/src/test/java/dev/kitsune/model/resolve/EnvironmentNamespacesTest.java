package dev.kitsune.model.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.read.ManifestReader;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** The {@code namespaces} of an environment say whose virtual environments may use it. */
class EnvironmentNamespacesTest {
    private static final String GOLD = "{matchLabels: {tier: gold}}";

    private final Mesh mesh = Mesh.ofKubernetes()
            .label("shop", Map.of("tier", "gold"))
            .label("team", Map.of("tier", "iron"))
            .file("prod.yaml", environment(GOLD))
            .file("live.yaml", Shop.virtualEnvironment("live", "environment: prod"))
            .file("mine.yaml", of("team", "mine", "environment: prod"))
            .resolve();

    private static String environment(String selector) {
        return Shop.object("Environment", "", "prod", "namespaces: {from: Selector, selector: " + selector + "}");
    }

    private static String of(String namespace, String name, String spec) {
        return Shop.object("VirtualEnvironment", namespace, name, spec);
    }

    private static boolean serves(Mesh mesh, String name) {
        return mesh.snapshot().virtualEnvironment(new VirtualEnvironmentName(name)) != null;
    }

    private static void assertAnyProcessServesTheSame(Mesh mesh) {
        assertThat(mesh.snapshot()).isEqualTo(mesh.fresh().snapshot());
        assertThat(mesh.resolution().problems()).isEqualTo(mesh.fresh().problems());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{}                                                                       | true  | true",
                "{matchLabels: {tier: gold}}                                              | true  | false",
                "{matchLabels: {tier: gold, other: label}}                                | false | false",
                "{matchExpressions: [{key: tier, operator: In, values: [gold, iron]}]}    | true  | true",
                "{matchExpressions: [{key: tier, operator: NotIn, values: [gold]}]}       | false | true",
                "{matchExpressions: [{key: other, operator: NotIn, values: [gold]}]}      | true  | true",
                "{matchExpressions: [{key: other, operator: Exists}]}                     | false | false",
                "{matchExpressions: [{key: tier, operator: DoesNotExist}]}                | false | false",
                "'{matchLabels: {tier: gold}, matchExpressions: [{key: tier, operator: NotIn, values: [gold]}]}' | false | false"
            })
    void aSelectorSelectsAsInKubernetes(String selector, boolean shop, boolean team) {
        mesh.file("prod.yaml", environment(selector)).resolve();

        assertThat(serves(mesh, "live")).isEqualTo(shop);
        assertThat(serves(mesh, "mine")).isEqualTo(team);
        assertAnyProcessServesTheSame(mesh);
    }

    @Test
    void theProblemNamesTheEnvironmentAndTheNamespace() {
        assertThat(mesh.errors())
                .singleElement()
                .asString()
                .startsWith("mine.yaml:4:")
                .contains(
                        "EnvironmentNotAllowed",
                        "environment prod is not for namespace team, see its `namespaces`",
                        "(in mine)");
    }

    @Test
    void anEnvironmentIsForAllNamespacesUnlessItSaysOtherwise() {
        mesh.file("prod.yaml", Shop.object("Environment", "", "prod", "namespaces: {from: All}"))
                .resolve();

        assertThat(mesh.errors()).isEmpty();
        assertThat(serves(mesh, "mine")).isTrue();
    }

    @Test
    void aChildUsesTheEnvironmentOfItsParent() {
        mesh.file("child.yaml", of("team", "child", "parent: live")).resolve();

        assertThat(serves(mesh, "child")).isFalse();
        assertThat(mesh.errors())
                .anyMatch(
                        p -> p.startsWith("child.yaml:4:") && p.contains("environment prod is not for namespace team"));
    }

    @Test
    void changedLabelsAffectOnlyTheirNamespace() {
        mesh.label("team", Map.of("tier", "gold")).resolve();

        assertThat(serves(mesh, "mine")).isTrue();
        assertThat(mesh.resolution().resolvedVirtualEnvironments()).isEqualTo(1);
        assertAnyProcessServesTheSame(mesh);

        mesh.label("other", Map.of("tier", "gold")).resolve();
        assertThat(mesh.resolution().resolvedVirtualEnvironments()).isZero();
    }

    @Test
    void labelsThatNoEnvironmentReadsAffectNothing() {
        mesh.file("prod.yaml", Shop.object("Environment", "", "prod", "")).resolve();

        mesh.label("shop", Map.of()).label("team", Map.of()).resolve();

        assertThat(mesh.resolution().resolvedVirtualEnvironments()).isZero();
    }

    /** Otherwise the owner of an environment could never end what others have begun. */
    @Test
    void noEarlierVersionIsServedWhereTheEnvironmentRefuses() {
        mesh.label("team", Map.of("tier", "gold")).resolve();
        assertThat(serves(mesh, "mine")).isTrue();

        mesh.label("team", Map.of()).resolve();

        assertThat(serves(mesh, "mine")).isFalse();
        assertAnyProcessServesTheSame(mesh);

        mesh.file("mine.yaml", of("team", "mine", "parent: nobody")).resolve();
        assertThat(serves(mesh, "mine")).isFalse();
        assertAnyProcessServesTheSame(mesh);

        mesh.label("team", Map.of("tier", "gold")).resolve();
        assertThat(serves(mesh, "mine"))
                .as("its last good version, which is allowed again")
                .isTrue();
        assertAnyProcessServesTheSame(mesh);
    }

    @Test
    void anEditToAForbiddenEnvironmentKeepsTheVersionInAnAllowedOne() {
        mesh.file("dev.yaml", Shop.object("Environment", "", "dev", ""))
                .file("mine.yaml", of("team", "mine", "environment: dev"))
                .resolve();

        mesh.file("mine.yaml", of("team", "mine", "environment: prod")).resolve();

        assertThat(mesh.virtualEnvironment("mine").environment()).isEqualTo("dev");
        assertThat(mesh.errors()).singleElement().asString().contains("EnvironmentNotAllowed");
        assertAnyProcessServesTheSame(mesh);
    }

    @Test
    void namespacesWithoutKnownLabelsAreRefused() {
        mesh.file("prod.yaml", environment("{matchExpressions: [{key: tier, operator: NotIn, values: [iron]}]}"))
                .file("new.yaml", of("new", "new", "environment: prod"))
                .resolve();

        assertThat(serves(mesh, "new")).isFalse();
        assertThat(mesh.errors())
                .anyMatch(p -> p.startsWith("new.yaml:4:")
                        && p.contains("those of namespace new are not known: let Kitsune list namespaces"));
    }

    @Test
    void namespacesOfAFolderHaveTheLabelWithTheirName() {
        Mesh folder = Mesh.of(
                environment("{matchLabels: {kubernetes.io/metadata.name: shop}}"),
                Shop.virtualEnvironment("live", "environment: prod"),
                of("team", "mine", "environment: prod"));

        assertThat(serves(folder, "live")).isTrue();
        assertThat(serves(folder, "mine")).isFalse();
    }

    @Test
    void aFrozenReleaseEndsToo() {
        ObjectKey live = new ObjectKey(Kind.VirtualEnvironment, "shop", "live");
        PMap<ObjectKey, Manifest<?>> manifests = HashTreePMap.empty();
        for (String yaml : List.of(
                environment(GOLD),
                Shop.virtualEnvironment(
                        "live", "environment: prod, release: {apps: {shop: {appDeployment: shop-main}}}"),
                Shop.DEPLOYMENT)) {
            Manifest<?> manifest =
                    ManifestReader.read("a.yaml", yaml).manifests().get(0);
            manifests = manifests.plus(manifest.key(), manifest);
        }
        Catalog read = new Catalog(manifests, HashTreePMap.empty(), true).withLabels(labels("gold"));
        Resolution resolution = Resolver.resolve(new CatalogChange(read, Set.of(), Set.of(), List.of()));
        Catalog released = read.withActive(new Catalog.Active(
                HashTreePMap.singleton(live, resolution.freeze(live.virtualEnvironmentName())), HashTreePMap.empty()));
        resolution = Resolver.resolve(resolution, new CatalogChange(released, Set.of(live), Set.of(), List.of()));
        assertThat(resolution.snapshot().virtualEnvironment(live.virtualEnvironmentName()))
                .isNotNull();

        resolution = Resolver.resolve(
                resolution,
                new CatalogChange(released.withLabels(labels("iron")), Set.of(), Set.of(), List.of())
                        .of(Set.of(), Set.of(), Set.of("shop")));

        assertThat(resolution.snapshot().virtualEnvironment(live.virtualEnvironmentName()))
                .isNull();
        assertThat(resolution.problems())
                .extracting(Problem::message)
                .anyMatch(m -> m.contains("not for namespace shop"));
    }

    private static PMap<String, Map<String, String>> labels(String tier) {
        return HashTreePMap.singleton("shop", Map.of("tier", tier));
    }
}
