package dev.kitsune.xds.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.trace.Reachable;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/**
 * Different histories with the same final input give the same result. One process sees every edit and decides. Another
 * one follows it, sees some of the edits, and is restarted now and then. A third one starts at the end. All of them
 * serve the same bytes.
 */
class TwoHistoriesPropertyTest {
    private static final List<String> FILES = List.of("a.yaml", "m.yaml", "z.yaml");

    private static final String BASE = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: dev}
            spec: {data: {variables: {path: p}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Adapter
            metadata: {name: bank, namespace: abc}
            spec: {http: {url: "http://127.0.0.1:9/{{.Vars.path}}"}}
            """;

    private static String object(String kind, String namespace, String name, String spec) {
        return "apiVersion: kitsune.dev/v1alpha1\nkind: " + kind + "\nmetadata: {name: " + name
                + (namespace.isEmpty() ? "" : ", namespace: " + namespace) + "}\nspec: {" + spec + "}\n";
    }

    private static String deployment(String namespace, String name, String version, String variable) {
        return object(
                "AppDeployment",
                namespace,
                name,
                "app: shop, components: {cart: {version: " + version
                        + ", routes: [{rule: \"PathPrefix(`/{{.Vars.path}}`)\"}], variables: {" + variable
                        + ": {type: String, default: v}}, dependencies: {bank: {type: Adapter}}}}");
    }

    private static String virtualEnvironment(String namespace, String name, String rest) {
        return object("VirtualEnvironment", namespace, name, rest);
    }

    private static final String RELEASES = ", release: {apps: {shop: {appDeployment: one}}}";

    /** The possible texts of files. After a broken text the previous objects stay. */
    private static final List<String> TEXTS = List.of(
            "",
            "a: [\n",
            virtualEnvironment("abc", "x", "environment: dev, colour: red"),
            virtualEnvironment("abc", "x", "environment: dev" + RELEASES),
            virtualEnvironment("zed", "x", "environment: dev, data: {variables: {path: z}}"),
            virtualEnvironment("abc", "y", "environment: dev" + RELEASES),
            virtualEnvironment("abc", "y", "parent: x, data: {variables: {path: y}}"),
            virtualEnvironment("abc", "x", "parent: y"),
            virtualEnvironment("abc", "y", "environment: nowhere"),
            virtualEnvironment("abc", "y", "environment: dev, expiresAfter: {age: 60s}" + RELEASES),
            deployment("abc", "one", "c1", "path"),
            deployment("abc", "two", "c1", "other"),
            deployment("zed", "one", "c2", "path"),
            deployment("abc", "one", "c3", "path"),
            object(
                    "AppDeployment",
                    "abc",
                    "one",
                    "app: shop, components: {"
                            + "aunt: {version: a1, routes: [{rule: \"PathPrefix(`/{{.Vars.path}}`)\"}]},"
                            + " cart: {version: c1, routes: [{rule: \"PathPrefix(`/{{.Vars.path}}`)\"}]}}"),
            object("Platform", "", "kitsune", "defaultVirtualEnvironment: x"),
            object("Platform", "", "other", "defaultVirtualEnvironment: y"));

    /**
     * An edit.
     *
     * @param seen whether the following process reads the folder after this edit
     * @param restart the process that restarts: 1 for the deciding one, 2 for the following one, otherwise none
     */
    record Edit(int file, int text, int seconds, boolean seen, int restart) {}

    @Provide
    Arbitrary<List<Edit>> edits() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, FILES.size() - 1),
                        Arbitraries.integers().between(0, TEXTS.size() - 1),
                        Arbitraries.of(3, 3, 10, 40),
                        Arbitraries.of(true, false),
                        Arbitraries.integers().between(0, 6))
                .as(Edit::new)
                .list()
                .ofMinSize(4)
                .ofMaxSize(14);
    }

    @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
    void bothServeTheSame(@ForAll("edits") List<Edit> edits) throws IOException {
        Path folder = Files.createTempDirectory("kitsune-histories");
        try {
            compare(folder, edits);
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void compare(Path folder, List<Edit> edits) throws IOException {
        Files.writeString(folder.resolve("base.yaml"), BASE);
        SharedStores stores = new SharedStores();
        HistoryProcess decides = new HistoryProcess(folder, stores, false);
        HistoryProcess follows = new HistoryProcess(folder, stores, true);
        decides.read();
        follows.read();
        for (Edit edit : edits) {
            Path file = folder.resolve(FILES.get(edit.file()));
            if (TEXTS.get(edit.text()).isEmpty()) {
                Files.deleteIfExists(file);
            } else {
                Files.writeString(file, TEXTS.get(edit.text()));
            }
            if (edit.restart() == 1) {
                decides.end();
                decides = new HistoryProcess(folder, stores, false);
            }
            decides.read();
            if (edit.restart() == 2) {
                follows.end();
                follows = new HistoryProcess(folder, stores, true);
            }
            if (edit.seen()) {
                follows.read();
            }
            stores.pass(Duration.ofSeconds(edit.seconds()));
            decides.look();
            follows.look();
        }
        follows.read();
        stores.pass(Duration.ofSeconds(3));
        decides.look();
        follows.read(); // A folder is read again every few seconds.
        HistoryProcess late = new HistoryProcess(folder, stores, true);
        late.read();

        Snapshot one = decides.snapshot();
        Statistics.label("problems").collect(!decides.problems().isEmpty());
        Statistics.label("last good").collect(!stores.lastGood().isEmpty());
        for (HistoryProcess other : List.of(late, follows)) {
            String who = (other == late ? "what starts later" : "what follows") + ", problems here " + other.problems()
                    + ", there " + decides.problems();
            assertThat(other.snapshot().virtualEnvironments()).as(who).isEqualTo(one.virtualEnvironments());
            assertThat(other.snapshot()).as(who).isEqualTo(one);
            assertThat(resources(other.snapshot())).isEqualTo(resources(one));
        }
    }

    private static Map<Proxy, Map<ResourceType, SortedMap<String, Message>>> resources(Snapshot snapshot) {
        Map<Proxy, Map<ResourceType, SortedMap<String, Message>>> all = new HashMap<>();
        for (Proxy proxy : List.of(
                new Proxy.GatewayProxy("127.0.0.1", 8080, Proxy.Scopes.ON_DEMAND),
                new Proxy.GatewayProxy("127.0.0.1", 8080, Proxy.Scopes.EAGER),
                sidecar("c1"),
                sidecar("c2"))) {
            all.put(
                    proxy,
                    Reachable.of(proxy, snapshot, snapshot.virtualEnvironments().keySet()));
        }
        return all;
    }

    private static Proxy sidecar(String version) {
        return new Proxy.SidecarProxy(
                new ComponentVersion("shop", "cart", version),
                null,
                "127.0.0.1",
                8081,
                8082,
                8083,
                Proxy.Scopes.ON_DEMAND);
    }
}
