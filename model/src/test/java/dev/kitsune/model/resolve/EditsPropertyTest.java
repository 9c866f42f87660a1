package dev.kitsune.model.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.snapshot.SnapshotKey;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** Resolving edits one after the other gives the same result as resolving everything at once, in any order. */
class EditsPropertyTest {
    private static final String OF_OTHERS =
            ", namespaces: {from: Selector, selector: {matchLabels: {kubernetes.io/metadata.name: other}}}";

    /** Writes or deletes one file or one secret, or expires or revives one virtual environment. */
    record Edit(int what, int which, int variant) {
        void apply(Mesh mesh) {
            String name = what + "-" + which + ".yaml";
            if (what != 5 && variant == 0) {
                mesh.delete(name);
                return;
            }
            switch (what) {
                case 0, 1 -> mesh.file(name, virtualEnvironment());
                case 2 -> mesh.file(name, deployment());
                case 3 ->
                    mesh.file(
                            name,
                            Shop.object(
                                    "Adapter",
                                    "shop",
                                    "ad" + which,
                                    "http: {url: 'http://{{.Vars.v" + variant % 3 + "}}', headers: {a:"
                                            + " '{{.Secrets.s" + variant % 2 + "}}', b: '{{.Vars.d}}'}}"));
                case 4 ->
                    mesh.file(
                            name,
                            Shop.object(
                                    "Environment",
                                    "",
                                    "dev",
                                    "data: {variables: {v1: base" + variant + "}, secrets: {s0: {secretRef: {name: k"
                                            + variant % 2 + ", key: a}}}}"
                                            + (variant < 3
                                                    ? variant == 2 ? OF_OTHERS : ""
                                                    : ", selection: {type: Token, jwks: {secretRef: {name: k"
                                                            + variant % 2 + ", key: a}}}")));
                case 7 -> {
                    if (variant < 3) {
                        mesh.revive("e" + variant % 2 + "-" + which);
                    } else {
                        mesh.expire("e" + variant % 2 + "-" + which);
                    }
                }
                case 5 -> {
                    if (variant < 2) {
                        mesh.withoutSecret("", "k" + which % 2);
                    } else {
                        mesh.secret("", "k" + which % 2, "a", variant == 2 ? "" : "value" + variant);
                    }
                }
                default ->
                    mesh.file(
                            name,
                            Shop.object(
                                    "Workload",
                                    "shop",
                                    "w" + which,
                                    "app: app" + which % 2 + ", component: c1, version: r" + variant % 3
                                            + ", endpoints: [{address: 127.0.0.1, port: " + (80 + variant) + "}]"));
            }
        }

        /** One parent has a later name than its child, so that there are cycles. Parents may also be missing. */
        private String virtualEnvironment() {
            String parent = variant == 5
                    ? "parent: nobody"
                    : which == 0 && variant == 3
                            ? "parent: e" + what + "-2"
                            : which == 0
                                    ? "environment: dev"
                                    : "parent: e" + what + "-" + (which - 1 - variant % which);
            String release = variant % 3 == 0
                    ? ""
                    : ", release: {apps: {app" + variant % 2 + ": {appDeployment: dep" + variant % 4 + "}}}";
            String components = variant % 2 == 0 ? "" : ", components: {c1: r" + variant % 3 + "}";
            String unset = variant == 4 ? ", unset: {variables: [v1], components: [c1]}" : "";
            String mirror = variant % 2 == 0
                    ? ""
                    : ", mirror: [{component: c1, to: e" + variant % 4 + "-" + variant % 3 + ", percent: 5}]";
            return Shop.virtualEnvironment(
                    "e" + what + "-" + which,
                    parent + ", data: {variables: {v" + variant % 3 + ": x" + variant + "}}" + release + components
                            + unset
                            + mirror);
        }

        /** All app deployments have the same declarations, so that no version has two different ones. */
        private String deployment() {
            String version = "r" + variant % 3;
            return Shop.object(
                    "AppDeployment",
                    "shop",
                    "dep" + which,
                    "app: app" + which % 2 + ", components: {c1: {version: " + version
                            + ", routes: [{rule: 'PathPrefix(`/" + which + "/{{.Vars.v" + variant % 3
                            + "}}`)'}], variables: {d: {type: String, default: r}, v1: {type: String, required: true}},"
                            + " secrets: {s1: {required: true}},"
                            + " dependencies: {ad1: {type: Adapter}, c2: {type: Component}}}"
                            + (variant > 3 ? ", c2: {version: q}" : "") + "}");
        }
    }

    @Provide
    Arbitrary<List<Edit>> edits() {
        return Combinators.combine(
                        Arbitraries.of(0, 0, 1, 1, 2, 3, 4, 5, 6, 7),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.of(0, 1, 2, 3, 4, 5, 5))
                .as(Edit::new)
                .list()
                .ofMinSize(20)
                .ofMaxSize(50);
    }

    @Property(tries = 100)
    void resolvingAChangeEqualsResolvingEverything(@ForAll("edits") List<Edit> edits) {
        Mesh mesh = Mesh.ofFolder()
                .file("dev.yaml", Shop.object("Environment", "", "base", "data: {variables: {v0: b}}"))
                .file("4-0.yaml", Shop.object("Environment", "", "dev", "data: {variables: {v1: b}}"));
        boolean kept = false;
        for (Edit edit : edits) {
            Snapshot before = mesh.snapshot();
            FoundProblems found = mesh.resolution().found();
            edit.apply(mesh);
            if (edit.what() == 4 && edit.which() > 0) {
                mesh.delete("4-" + edit.which() + ".yaml");
            }
            mesh.resolve();
            assertThat(mesh.resolution().changed()).isEqualTo(difference(before, mesh.snapshot()));
            assertThat(mesh.resolution().touchedProblems())
                    .containsAll(relisted(found, mesh.resolution().found()));
            Resolution fresh = mesh.fresh();
            assertThat(mesh.snapshot()).isEqualTo(fresh.snapshot());
            assertThat(mesh.resolution().problems()).isEqualTo(fresh.problems());
            kept |= mesh.keepsLastGood();
        }
        Statistics.label("kept").collect(kept);
        Statistics.label("kept").coverage(c -> c.check(true).percentage(p -> p > 10));
    }

    @Property(tries = 50)
    void theOrderOfReadingDoesNotMatter(@ForAll("edits") List<Edit> edits) {
        Mesh mesh = Mesh.ofFolder()
                .file("4-0.yaml", Shop.object("Environment", "", "dev", "data: {variables: {v1: b}}"))
                .file("clash.yaml", Shop.object("AppDeployment", "other", "dep0", "app: app0, components: {}"))
                .file("clash2.yaml", Shop.object("VirtualEnvironment", "other", "e0-0", "environment: dev"));
        edits.stream().filter(e -> e.what() != 4).forEach(e -> e.apply(mesh));

        Resolution one = mesh.fresh();
        Resolution other = mesh.freshInReverse();

        assertThat(other.snapshot()).isEqualTo(one.snapshot());
        assertThat(other.problems()).isEqualTo(one.problems());
    }

    /** Returns the problems that are listed differently. */
    private static Set<Problem> relisted(FoundProblems one, FoundProblems other) {
        return Stream.of(one, other)
                .flatMap(found -> found.all().stream())
                .map(Problem::anywhere)
                .filter(problem -> !Objects.equals(one.listed(problem), other.listed(problem)))
                .collect(Collectors.toSet());
    }

    /** Returns the components that somebody may call. */
    private static Stream<ComponentName> called(Snapshot snapshot) {
        return Stream.of(
                        snapshot.versions().callers().declaring().keySet(),
                        snapshot.versions().callers().routing().keySet(),
                        snapshot.appDeployments().keySet().stream()
                                .flatMap(app -> snapshot.ruleInputs(app).components().stream())
                                .collect(Collectors.toSet()))
                .flatMap(Set::stream);
    }

    private static Set<SnapshotKey<?>> difference(Snapshot a, Snapshot b) {
        Set<SnapshotKey<?>> keys = new HashSet<>();
        differing(a.virtualEnvironments(), b.virtualEnvironments())
                .forEach(n -> keys.add(new SnapshotKey.VirtualEnvironmentKey(n)));
        differing(a.declarations(), b.declarations()).forEach(v -> keys.add(new SnapshotKey.DeclarationKey(v)));
        differing(a.versions().chosenAt(), b.versions().chosenAt())
                .forEach(v -> keys.add(new SnapshotKey.ChosenAtKey(v)));
        differing(a.workloads(), b.workloads()).forEach(v -> {
            keys.add(new SnapshotKey.WorkloadsKey(v));
            Stream.of(a, b)
                    .flatMap(s -> s.workloads(v).stream())
                    .map(workload -> new SnapshotKey.NamedWorkloadsKey(v, workload.name()))
                    .filter(key -> key.differs(a, b))
                    .forEach(keys::add);
        });
        differing(a.secrets(), b.secrets()).forEach(s -> keys.add(new SnapshotKey.SecretKey(s)));
        differing(a.selections(), b.selections()).forEach(k -> {
            keys.add(new SnapshotKey.SelectionKey(k));
            keys.add(new SnapshotKey.SelectionsKey());
        });
        Stream.of(a, b)
                .flatMap(s -> s.virtualEnvironments().values().stream())
                .flatMap(e -> e.components().keySet().stream())
                .distinct()
                .filter(c -> !a.choices(c).equals(b.choices(c)))
                .forEach(c -> keys.add(new SnapshotKey.ChoicesKey(c)));
        Stream.of(a, b).flatMap(s -> s.appDeployments().keySet().stream()).forEach(app -> {
            if (!a.deployments(app).equals(b.deployments(app))) {
                keys.add(new SnapshotKey.DeploymentsKey(app));
            }
            if (!a.ruleInputs(app).equals(b.ruleInputs(app))) {
                keys.add(new SnapshotKey.RuleInputsKey(app));
            }
        });
        Stream.of(a, b)
                .flatMap(s -> Stream.concat(s.declarations().keySet().stream(), s.workloads().keySet().stream()))
                .filter(version -> a.appProtocol(version) != b.appProtocol(version))
                .forEach(version -> keys.add(new SnapshotKey.AppProtocolKey(version)));
        Stream.of(a, b)
                .flatMap(s -> s.stable().stream())
                .filter(kind -> a.isStable(kind) != b.isStable(kind))
                .forEach(kind -> keys.add(new SnapshotKey.StableKey(kind)));
        if (!a.released().equals(b.released())) {
            keys.add(new SnapshotKey.ReleasedKey());
        }
        Stream.of(a, b)
                .flatMap(EditsPropertyTest::called)
                .filter(component -> !a.callers(component).equals(b.callers(component)))
                .forEach(component -> keys.add(new SnapshotKey.CallersKey(component)));
        if (a.mesh() != b.mesh()) {
            keys.add(new SnapshotKey.MeshKey());
        }
        return keys;
    }

    private static <K, V> Set<K> differing(Map<K, V> a, Map<K, V> b) {
        Set<K> keys = new HashSet<>(a.keySet());
        keys.addAll(b.keySet());
        keys.removeIf(k -> Objects.equals(a.get(k), b.get(k)));
        return keys;
    }
}
