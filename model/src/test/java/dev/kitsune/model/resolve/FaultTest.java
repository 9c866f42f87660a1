package dev.kitsune.model.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Adapter;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Spec;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.pcollections.PMap;

/** A bug of Kitsune only affects the object that triggers it. No reader can create the objects of this test. */
class FaultTest {
    private Mesh mesh = Shop.mesh()
            .file("b.yaml", Shop.virtualEnvironment("b", "parent: main"))
            .file("c.yaml", Shop.virtualEnvironment("c", "parent: main, data: {variables: {greeting: Hey}}"))
            .resolve();
    private Resolution resolution = mesh.resolution();
    private Catalog catalog = mesh.resolution().state().index().catalog();

    private void edit(Map<String, UnaryOperator<Spec>> edits) {
        PMap<ObjectKey, Manifest<?>> manifests = catalog.manifests();
        Set<ObjectKey> changed = new HashSet<>();
        for (Manifest<?> manifest : catalog.manifests().values()) {
            UnaryOperator<Spec> edit =
                    edits.get(manifest.key().kind() + "/" + manifest.key().name());
            if (edit != null) {
                changed.add(manifest.key());
                manifests = manifests.plus(
                        manifest.key(),
                        new Manifest<>(
                                manifest.key(),
                                edit.apply(manifest.spec()),
                                manifest.position(),
                                manifest.positions()));
            }
        }
        assertThat(changed).hasSameSizeAs(edits.keySet());
        catalog = new Catalog(manifests, catalog.secrets(), false);
        resolution = Resolver.resolve(resolution, new CatalogChange(catalog, changed, Set.of(), List.of()));
    }

    private List<Problem> faults(Resolution of) {
        return of.problems().stream()
                .filter(p -> p.code() == ProblemCode.KitsuneFault)
                .toList();
    }

    private void assertFaultOf(String object) {
        assertThat(faults(resolution)).isNotEmpty().allSatisfy(p -> {
            assertThat(p.object()).hasToString(object);
            assertThat(p.message())
                    .contains("fault of Kitsune")
                    .contains("report")
                    .contains("NullPointer");
            assertThat(p.position().file()).isNotEqualTo(object);
        });
    }

    private ResolvedVirtualEnvironment virtualEnvironment(String name) {
        return Objects.requireNonNull(
                resolution.snapshot().virtualEnvironments().get(new VirtualEnvironmentName(name)));
    }

    private String greeting(String name) {
        return virtualEnvironment(name).overlay().variables().toString();
    }

    private static VirtualEnvironment greeting(Spec spec, String greeting, List<VirtualEnvironment.Mirror> mirror) {
        VirtualEnvironment old = (VirtualEnvironment) spec;
        return new VirtualEnvironment(
                old.base(),
                new dev.kitsune.model.manifest.Data(
                        Map.of("greeting", new dev.kitsune.model.manifest.Value.Text(greeting)), Map.of()),
                old.unset(),
                old.components(),
                old.release(),
                old.expiresAfter(),
                mirror);
    }

    @Test
    void aFaultInResolvingAVirtualEnvironment() {
        ResolvedVirtualEnvironment before = virtualEnvironment("b");

        edit(Map.of(
                "VirtualEnvironment/b", s -> greeting(s, "bad", faultyMirror()),
                "VirtualEnvironment/c", s -> greeting(s, "Ho", List.of())));

        assertFaultOf("VirtualEnvironment/shop/b");
        assertThat(virtualEnvironment("b")).isEqualTo(before);
        assertThat(greeting("c")).contains("Ho");

        edit(Map.of("VirtualEnvironment/b", s -> greeting(s, "good", List.of())));
        assertThat(faults(resolution)).isEmpty();
        assertThat(greeting("b")).contains("good");
    }

    @Test
    void aFaultInResolvingANewVirtualEnvironment() {
        edit(Map.of("VirtualEnvironment/b", s -> greeting(s, "bad", faultyMirror())));
        Resolution fresh = Resolver.resolve(new CatalogChange(catalog, Set.of(), Set.of(), List.of()));

        assertThat(fresh.snapshot().virtualEnvironments())
                .containsOnlyKeys(new VirtualEnvironmentName("main"), new VirtualEnvironmentName("c"));
        assertThat(faults(fresh)).hasSize(1).allSatisfy(p -> assertThat(p.message())
                .contains("left out"));

        resolution = fresh;
        edit(Map.of("VirtualEnvironment/b", s -> greeting(s, "good", List.of())));
        assertThat(greeting("b")).contains("good");
        assertThat(faults(resolution)).isEmpty();
    }

    @Test
    void aFaultInReadingAChain() {
        edit(Map.of(
                "VirtualEnvironment/b", s -> faultyUnset((VirtualEnvironment) s),
                "VirtualEnvironment/c", s -> greeting(s, "Ho", List.of())));

        assertFaultOf("VirtualEnvironment/shop/b");
        assertThat(greeting("b")).contains("Hello");
        assertThat(greeting("c")).contains("Ho");
    }

    @Test
    void aFaultInCompilingAnAppDeployment() {
        ResolvedVirtualEnvironment before = virtualEnvironment("main");
        Map<String, UnaryOperator<Spec>> edits = new HashMap<>();
        edits.put("AppDeployment/" + deployment(), s -> faultyRule((AppDeployment) s));
        edits.put("VirtualEnvironment/c", s -> greeting(s, "Ho", List.of()));

        edit(edits);

        assertFaultOf("AppDeployment/shop/" + deployment());
        assertThat(virtualEnvironment("main").routes()).isEqualTo(before.routes());
        assertThat(greeting("c")).contains("Ho");

        // The object keeps its state when it fails again, and everything is served once it is repaired.
        edit(Map.of("AppDeployment/" + deployment(), s -> faultyRule((AppDeployment) s)));
        edit(Map.of("VirtualEnvironment/c", s -> greeting(s, "Hi", List.of())));
        assertFaultOf("AppDeployment/shop/" + deployment());
        assertThat(virtualEnvironment("main").routes()).isEqualTo(before.routes());
    }

    @Test
    void aFaultInCompilingAnAdapter() {
        String adapter = "Adapter/"
                + catalog.manifests().keySet().stream()
                        .filter(k -> k.kind() == dev.kitsune.model.manifest.Kind.Adapter)
                        .findFirst()
                        .orElseThrow()
                        .name();
        ResolvedVirtualEnvironment before = virtualEnvironment("main");

        edit(Map.of(
                adapter,
                s -> new Adapter(new Adapter.Tcp(nothing(), null, null)),
                "VirtualEnvironment/c",
                s -> greeting(s, "Ho", List.of())));

        assertThat(faults(resolution)).hasSize(1);
        assertThat(virtualEnvironment("main").adapters()).isEqualTo(before.adapters());
        assertThat(greeting("c")).contains("Ho");
    }

    private String deployment() {
        return catalog.manifests().keySet().stream()
                .filter(k -> k.kind() == dev.kitsune.model.manifest.Kind.AppDeployment)
                .findFirst()
                .orElseThrow()
                .name();
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // no reader returns null here
    private static <T> T nothing() {
        return null;
    }

    private static List<VirtualEnvironment.Mirror> faultyMirror() {
        return List.of(new VirtualEnvironment.Mirror(nothing(), nothing(), 1));
    }

    private static VirtualEnvironment faultyUnset(VirtualEnvironment old) {
        return new VirtualEnvironment(
                old.base(), old.data(), nothing(), old.components(), old.release(), old.expiresAfter(), old.mirror());
    }

    private static AppDeployment faultyRule(AppDeployment old) {
        Map<String, AppDeployment.Component> components = new HashMap<>(old.components());
        components.replaceAll((name, c) -> new AppDeployment.Component(
                c.version(),
                List.of(new AppDeployment.Route(nothing(), 0)),
                c.variables(),
                c.secrets(),
                c.dependencies(),
                c.protocol(),
                c.template()));
        return new AppDeployment(old.app(), old.version(), components);
    }
}
