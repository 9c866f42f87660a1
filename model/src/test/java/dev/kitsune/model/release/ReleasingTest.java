package dev.kitsune.model.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.manifest.VirtualEnvironment.ReleasedApp;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.release.ReleaseEntry.Phase;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** Edits files, makes requests and sets the clock, and checks which releases are in force after each step. */
class ReleasingTest {
    private static final String DEV = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: dev}
            spec: {data: {variables: {greeting: Hello}}, releasePolicy: {type: Testing, activationDeadline: 60s}}
            """;

    private final Map<String, String> files = new TreeMap<>();
    private Catalog catalog = Catalog.EMPTY;
    private PMap<ObjectKey, Expired> expired = HashTreePMap.empty();
    private final Set<ObjectKey> deleted = new HashSet<>();
    private PMap<ObjectKey, Manifest<?>> lastGood = HashTreePMap.empty();
    private Instant now = Instant.EPOCH;
    private Decision decision = first();

    private static Decision first() {
        return Releasing.next(
                Releases.NONE,
                null,
                new CatalogChange(Catalog.EMPTY, Set.of(), Set.of(), List.of()),
                Handed.NOTHING,
                Instant.EPOCH);
    }

    private ReleasingTest file(String name, String text) {
        files.put(name, text);
        return this;
    }

    private static String virtualEnvironment(String name, String release) {
        return """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: %s, namespace: shop}
                spec: {environment: dev, release: %s}
                """.formatted(name, release);
    }

    private static String of(String deployment) {
        return "{apps: {shop: {appDeployment: " + deployment + "}}}";
    }

    private static String deployment(String name, String version, String rest) {
        return """
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: %s, namespace: shop}
                spec:
                  app: shop
                %s  components:
                    frontend:
                      version: %s
                      routes: [{rule: 'Host(`{{.Vars.greeting}}`)'}]
                """.formatted(name, rest, version);
    }

    /** In a cluster, a deleted object exists as long as it has a finalizer. */
    private void delete(Kind kind, String name) {
        deleted.add(new ObjectKey(kind, kind.namespaced() ? "shop" : "", name));
    }

    private void expire(String name) {
        expired = expired.plus(
                new ObjectKey(Kind.VirtualEnvironment, "shop", name), new Expired(Expired.Limit.age, "30d"));
    }

    private void decide(ReleaseRequest... requests) {
        PMap<ObjectKey, Manifest<?>> manifests = HashTreePMap.empty();
        for (Map.Entry<String, String> file : files.entrySet()) {
            var read = ManifestReader.read(file.getKey(), file.getValue());
            assertThat(read.problems()).isEmpty();
            for (Manifest<?> manifest : read.manifests()) {
                manifests = manifests.plus(manifest.key(), manifest);
            }
        }
        Set<ObjectKey> changed = new HashSet<>(manifests.keySet());
        changed.addAll(catalog.manifests().keySet());
        PMap<ObjectKey, Manifest<?>> next = manifests;
        changed.removeIf(k -> Objects.equals(next.get(k), catalog.manifests().get(k))
                && Objects.equals(expired.get(k), catalog.expired().get(k)));
        catalog = new Catalog(manifests, HashTreePMap.empty(), false)
                .withExpired(expired)
                .withLastGood(lastGood);
        Releases before = decision.releases();
        CatalogChange change = new CatalogChange(catalog, changed, Set.of(), Set.of(), List.of(), Set.of(), deleted);
        Handed handed = new Handed(Map.of(), Map.of(), List.of(requests));
        decision = Releasing.next(before, decision.resolution(), change, handed, now);
        lastGood = decision.lastGood(before, change).versions();
    }

    private String serves(String virtualEnvironment) {
        ResolvedVirtualEnvironment found =
                decision.resolution().snapshot().virtualEnvironment(new VirtualEnvironmentName(virtualEnvironment));
        var component = found == null ? null : found.components().get(new ComponentName("shop", "frontend"));
        return component == null ? "nothing" : component.version().version();
    }

    private ReleaseStatus status(String virtualEnvironment) {
        return decision.releases()
                .statuses()
                .getOrDefault(new VirtualEnvironmentName(virtualEnvironment), ReleaseStatus.NONE);
    }

    private List<String> errors() {
        return decision.resolution().problems().stream()
                .filter(Problem::isError)
                .map(p -> p.code() + " in " + p.virtualEnvironment())
                .toList();
    }

    @Test
    void aReleaseWithErrorsWaitsAndTheActiveOneStays() {
        file("dev.yaml", DEV)
                .file("one.yaml", deployment("one", "f1", ""))
                .file("main.yaml", virtualEnvironment("main", of("one")));
        decide();
        assertThat(serves("main")).isEqualTo("f1");

        file("main.yaml", virtualEnvironment("main", of("two")));
        decide();
        assertThat(serves("main")).isEqualTo("f1");
        assertThat(errors()).containsExactly("MissingAppDeployment in main");
        assertThat(status("main").pending()).isNotNull();

        file("two.yaml", deployment("two", "f2", ""));
        decide();
        assertThat(serves("main")).isEqualTo("f2");
        assertThat(errors()).isEmpty();
        assertThat(status("main").history()).extracting(ReleaseEntry::phase).containsExactly(Phase.Superseded);
    }

    @Test
    void theDeadlineArchivesAndOnlyAnotherReleaseStartsTheNextOne() {
        file("dev.yaml", DEV)
                .file("one.yaml", deployment("one", "f1", ""))
                .file("main.yaml", virtualEnvironment("main", of("one")));
        decide();
        file("main.yaml", virtualEnvironment("main", of("two")));
        decide();
        assertThat(decision.releases().nextDue()).contains(now.plusSeconds(60));

        now = now.plusSeconds(60);
        decide();
        assertThat(errors()).containsExactly("DeadlineExceeded in main");
        file("two.yaml", deployment("two", "f2", ""));
        decide();
        assertThat(serves("main")).isEqualTo("f1");

        file("main.yaml", virtualEnvironment("main", of("two")).replace("}}}}", "}}, request: again}}"));
        decide();
        assertThat(serves("main")).isEqualTo("f2");
        assertThat(errors()).isEmpty();
    }

    @Test
    void aRollbackIsNotUndoneByTheFilesUntilTheyChange() {
        file("dev.yaml", DEV)
                .file("one.yaml", deployment("one", "f1", ""))
                .file("main.yaml", virtualEnvironment("main", of("one")));
        decide();
        file("two.yaml", deployment("two", "f2", "")).file("main.yaml", virtualEnvironment("main", of("two")));
        decide();
        assertThat(serves("main")).isEqualTo("f2");

        decide(new ReleaseRequest.Back("a", new VirtualEnvironmentName("main"), null));
        assertThat(serves("main")).isEqualTo("f1");
        file("dev.yaml", DEV.replace("Hello", "Howdy"));
        decide();
        assertThat(serves("main")).isEqualTo("f1");

        decide(new ReleaseRequest.Start(
                "b",
                new VirtualEnvironmentName("main"),
                new Release(Map.of("shop", new ReleasedApp("two", null)), null)));
        assertThat(serves("main")).isEqualTo("f2");
    }

    @Test
    void theLaterOfTwoReleasesWithTheSameRuleWaitsForTheOther() {
        file("dev.yaml", DEV)
                .file("one.yaml", deployment("one", "f1", ""))
                .file("main.yaml", virtualEnvironment("main", of("one")));
        decide();
        file("a.yaml", virtualEnvironment("another", of("one")));
        decide();
        assertThat(serves("another")).isEqualTo("nothing");
        assertThat(errors()).containsExactly("RouteConflict in another");
        assertThat(decision.resolution().problems())
                .anyMatch(p -> !p.isError()
                        && new VirtualEnvironmentName("main").equals(p.virtualEnvironment())
                        && p.message().contains("another"));

        file("main.yaml", virtualEnvironment("main", "{apps: {}}"));
        decide();
        assertThat(serves("another")).isEqualTo("f1");
        assertThat(errors()).isEmpty();
    }

    @Test
    void aStableReleaseServesItsFrozenStateAndShowsTheDrift() {
        file("dev.yaml", DEV.replace("Testing", "Stable"))
                .file("one.yaml", deployment("one", "f1", "  version: '1'\n"))
                .file("main.yaml", virtualEnvironment("main", "{apps: {shop: {appDeployment: one, version: '1'}}}"));
        decide();
        assertThat(serves("main")).isEqualTo("f1");
        String rules = rules();

        file("dev.yaml", DEV.replace("Testing", "Stable").replace("Hello", "Howdy"))
                .file("one.yaml", deployment("one", "f9", "  version: '1'\n"));
        decide();
        assertThat(serves("main")).isEqualTo("f1");
        assertThat(rules()).isEqualTo(rules);
        ReleaseEntry active = Objects.requireNonNull(status("main").active());
        assertThat(Drift.between(
                        Objects.requireNonNull(active.frozen()),
                        decision.resolution().freeze(new VirtualEnvironmentName("main"))))
                .extracting(Drift::what)
                .containsExactly("app deployment shop/one, component frontend", "variable greeting");

        files.remove("one.yaml");
        decide();
        assertThat(serves("main")).isEqualTo("f1");

        file("one.yaml", deployment("one", "f9", "  version: '1'\n"));
        decide(new ReleaseRequest.Start("r", new VirtualEnvironmentName("main"), active.wanted()));
        assertThat(serves("main")).isEqualTo("f9");
        assertThat(rules()).isNotEqualTo(rules);
    }

    private String rules() {
        return Objects.requireNonNull(
                        decision.resolution().snapshot().virtualEnvironment(new VirtualEnvironmentName("main")))
                .routes()
                .toString();
    }

    @Test
    void anObjectThatAnActiveReleaseNeedsIsHeld() {
        file("dev.yaml", DEV)
                .file("one.yaml", deployment("one", "f1", ""))
                .file("main.yaml", virtualEnvironment("main", of("one")))
                .file(
                        "child.yaml",
                        virtualEnvironment("child", "{apps: {}}").replace("environment: dev", "parent: main"));
        decide();

        files.remove("one.yaml");
        files.remove("dev.yaml");
        files.remove("main.yaml");
        decide();
        assertThat(serves("main")).isEqualTo("f1");
        assertThat(errors()).containsOnly("DeletionHeld in null").hasSize(3);

        files.remove("child.yaml");
        decide();
        assertThat(decision.resolution().snapshot().virtualEnvironments()).isEmpty();
        assertThat(errors()).isEmpty();
    }

    @Test
    void aDeletedObjectThatExistsIsServedAndSaysWhoNeedsIt() {
        file("dev.yaml", DEV)
                .file("one.yaml", deployment("one", "f1", ""))
                .file("main.yaml", virtualEnvironment("main", of("one")));
        decide();

        delete(Kind.Environment, "dev");
        delete(Kind.AppDeployment, "one");
        decide();
        assertThat(serves("main")).isEqualTo("f1");
        assertThat(errors()).isEmpty();
        assertThat(decision.resolution().problems())
                .filteredOn(problem -> problem.code() == ProblemCode.DeletionHeld)
                .extracting(problem -> problem.object() + ": " + problem.message())
                .containsExactlyInAnyOrder(
                        "Environment/dev: it is deleted, and stays in force as long as something needs it, such as"
                                + " VirtualEnvironment/shop/main",
                        "AppDeployment/shop/one: it is deleted, and stays in force as long as something needs it, such as"
                                + " VirtualEnvironment/shop/main",
                        "VirtualEnvironment/shop/main: Environment/dev is deleted, and VirtualEnvironment/shop/main needs"
                                + " it: its last version stays in force until that object no longer names it",
                        "VirtualEnvironment/shop/main: AppDeployment/shop/one is deleted, and"
                                + " VirtualEnvironment/shop/main needs it: its last version stays in force until that"
                                + " object no longer names it");

        files.remove("main.yaml");
        decide();
        assertThat(decision.resolution().problems()).isEmpty();
        assertThat(decision.releases().held()).isEmpty();
    }

    @Test
    void aHeldVirtualEnvironmentThatHasExpiredStaysExpired() {
        file("dev.yaml", DEV)
                .file("one.yaml", deployment("one", "f1", ""))
                .file("main.yaml", virtualEnvironment("main", of("one")))
                .file(
                        "child.yaml",
                        virtualEnvironment("child", "{apps: {}}").replace("environment: dev", "parent: main"));
        decide();
        expire("main");
        decide();
        assertThat(serves("main")).isEqualTo("nothing");
        assertThat(serves("child")).isEqualTo("f1");

        files.remove("main.yaml");
        decide();
        decide();
        assertThat(errors()).contains("DeletionHeld in null");
        assertThat(serves("main")).isEqualTo("nothing");
        assertThat(serves("child")).isEqualTo("f1");
    }

    @Test
    void aWaitingReleaseOfAnExpiredVirtualEnvironmentIsJudgedAsUsual() {
        file("dev.yaml", DEV)
                .file("one.yaml", deployment("one", "f1", ""))
                .file("main.yaml", virtualEnvironment("main", of("one")));
        decide();
        expire("main");
        file("main.yaml", virtualEnvironment("main", of("two")));
        decide();
        assertThat(errors()).contains("MissingAppDeployment in main");
        assertThat(status("main").pending()).isNotNull();

        expired = HashTreePMap.empty();
        decide();
        assertThat(serves("main")).isEqualTo("f1");
    }

    @Test
    void aHeldObjectIsRemovedWhenAnotherReleaseIsActive() {
        file("dev.yaml", DEV)
                .file("one.yaml", deployment("one", "f1", ""))
                .file("main.yaml", virtualEnvironment("main", of("one")));
        decide();
        files.remove("one.yaml");
        file("two.yaml", deployment("two", "f2", "")).file("main.yaml", virtualEnvironment("main", of("two")));
        decide();
        assertThat(serves("main")).isEqualTo("f2");
        assertThat(decision.releases().nextDue()).contains(now);

        decide();
        assertThat(errors()).isEmpty();
        assertThat(decision.releases().held()).isEmpty();
    }

    @Test
    void historyIsKeptByCountAndAge() {
        String policy = DEV.replace("60s", "60s, history: {count: 2, ageDays: 1}");
        file("dev.yaml", policy)
                .file("one.yaml", deployment("one", "f1", ""))
                .file("main.yaml", virtualEnvironment("main", of("one")));
        decide();
        for (int i = 0; i < 4; i++) {
            decide(new ReleaseRequest.Start(
                    "r" + i,
                    new VirtualEnvironmentName("main"),
                    new Release(Map.of("shop", new ReleasedApp("one", null)), null)));
        }
        assertThat(status("main").history()).extracting(ReleaseEntry::id).containsExactly(4, 3);

        now = now.plus(Duration.ofDays(1));
        assertThat(decision.releases().nextDue()).contains(now);
        decide();
        assertThat(status("main").history()).isEmpty();
        assertThat(status("main").active()).isNotNull();
    }

    @Test
    void aMissedDeadlineIsAProblemUntilAnotherReleaseStartsEvenWithoutHistory() {
        file("dev.yaml", DEV.replace("60s", "60s, history: {count: 0}"))
                .file("one.yaml", deployment("one", "f1", ""))
                .file("main.yaml", virtualEnvironment("main", of("one")));
        decide();
        file("main.yaml", virtualEnvironment("main", of("two")));
        decide();

        now = now.plusSeconds(60);
        decide();
        assertThat(errors()).containsExactly("DeadlineExceeded in main");
        assertThat(status("main").history()).isEmpty();
        decide();
        assertThat(errors()).containsExactly("DeadlineExceeded in main");

        file("main.yaml", virtualEnvironment("main", of("one")));
        decide();
        assertThat(errors()).isEmpty();
        assertThat(serves("main")).isEqualTo("f1");
    }

    @Test
    void aRollbackServesTheFrozenStateIfTheEnvironmentIsStableAndLiveDataOtherwise() {
        String stable = DEV.replace("Testing", "Stable");
        file("dev.yaml", stable)
                .file("one.yaml", deployment("one", "f1", "  version: '1'\n"))
                .file("two.yaml", deployment("two", "f2", "  version: '1'\n"))
                .file("main.yaml", virtualEnvironment("main", "{apps: {shop: {appDeployment: one, version: '1'}}}"));
        decide();
        file("main.yaml", virtualEnvironment("main", "{apps: {shop: {appDeployment: two, version: '1'}}}"));
        decide();
        file("dev.yaml", stable.replace("Hello", "Howdy"));
        decide(new ReleaseRequest.Back("a", new VirtualEnvironmentName("main"), null));
        assertThat(serves("main")).isEqualTo("f1");
        assertThat(rules()).contains("hello");

        decide(new ReleaseRequest.Back("b", new VirtualEnvironmentName("main"), 2));
        file("dev.yaml", DEV.replace("Hello", "Howdy"));
        decide();
        assertThat(rules()).as("the active release stays as it is").contains("hello");
        decide(new ReleaseRequest.Back("c", new VirtualEnvironmentName("main"), 1));
        assertThat(serves("main")).isEqualTo("f1");
        assertThat(rules()).contains("howdy");
        assertThat(Objects.requireNonNull(status("main").active()).frozen()).isNull();
    }

    private static String reserving(String name, String names) {
        return """
                apiVersion: kitsune.dev/v1alpha1
                kind: Platform
                metadata: {name: %s}
                spec: {reservedNames: {%s}}
                """.formatted(name, names);
    }

    @Test
    void aReleaseEndsWhenItsNameIsReservedForAnotherNamespace() {
        String main = virtualEnvironment("main", of("one"));
        file("dev.yaml", DEV).file("one.yaml", deployment("one", "f1", "")).file("main.yaml", main);
        decide();
        assertThat(serves("main")).isEqualTo("f1");

        file("platform.yaml", reserving("kitsune", "main: ops"));
        decide();
        assertThat(serves("main")).isEqualTo("nothing");
        assertThat(status("main")).isEqualTo(ReleaseStatus.NONE);
        assertThat(errors()).containsExactly("NameNotAllowed in null");

        file("ops.yaml", main.replace("namespace: shop", "namespace: ops"));
        decide();
        assertThat(status("main").pending())
                .as("ops has no such app deployment")
                .isNotNull();
        assertThat(serves("main")).isEqualTo("nothing");

        file("platform.yaml", reserving("kitsune", ""));
        decide();
        assertThat(serves("main")).isEqualTo("f1");
        assertThat(errors()).containsExactly("DuplicateName in null");
    }

    /** The owner of a name is the same for releases and for resolving. */
    @Test
    void onlyThePlatformInForceReservesNames() {
        file("dev.yaml", DEV)
                .file("one.yaml", deployment("one", "f1", ""))
                .file("main.yaml", virtualEnvironment("main", of("one")))
                .file("b.yaml", reserving("b", "main: ops"))
                .file("a.yaml", reserving("a", "main: shop"));
        decide();
        assertThat(serves("main")).isEqualTo("f1");

        file("a.yaml", "");
        decide();
        assertThat(serves("main")).isEqualTo("nothing");
        assertThat(status("main")).isEqualTo(ReleaseStatus.NONE);
    }

    private static String host(String name, String host) {
        return virtualEnvironment(name, of("one"))
                .replace("spec: {", "spec: {data: {variables: {greeting: " + host + "}}, ");
    }

    private Map<String, Integer> outranked() {
        Map<String, Integer> routes = new TreeMap<>();
        decision.resolution().snapshot().released().forEach((name, of) -> routes.put(name.value(), of.size()));
        return routes;
    }

    @Test
    void ifTheRulesOfTwoActiveReleasesBecomeEqualTheFirstOneStillAnswers() {
        file("dev.yaml", DEV).file("one.yaml", deployment("one", "f1", "")).file("z.yaml", host("z", "z.localhost"));
        decide();
        now = now.plusSeconds(1);
        file("a.yaml", host("a", "a.localhost"));
        decide();
        assertThat(errors()).isEmpty();
        assertThat(outranked()).containsExactly(Map.entry("a", 0), Map.entry("z", 0));

        file("a.yaml", host("a", "z.localhost"));
        decide();
        assertThat(errors()).containsExactly("RouteConflict in a");
        assertThat(status("a").pending()).as("it stays in force").isNull();
        assertThat(outranked()).containsExactly(Map.entry("a", 1), Map.entry("z", 0));

        decision = Releasing.next(
                Releases.kept(decision.releases().statuses()),
                null,
                new CatalogChange(catalog, Set.of(), Set.of(), List.of()),
                Handed.NOTHING,
                now);
        assertThat(outranked())
                .as("after a restart the release that has been in force for longer answers")
                .containsExactly(Map.entry("a", 1), Map.entry("z", 0));

        file("z.yaml", host("z", "other.localhost"));
        decide();
        assertThat(errors()).isEmpty();
        assertThat(outranked()).containsExactly(Map.entry("a", 0), Map.entry("z", 0));
    }
}
