package dev.kitsune.e2e.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.trace.Candidate;
import dev.kitsune.envoy.trace.Hop;
import dev.kitsune.envoy.trace.Journey;
import dev.kitsune.envoy.trace.Outcome;
import dev.kitsune.envoy.trace.RouteTrace;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares the trace with real Envoys for generated virtual environments and requests. The component version, host,
 * path, variables, credential, context, mirrored copies, and the text of every own answer of Envoy must be equal.
 * {@code -Dkitsune.seed=} repeats a run.
 */
class TraceAgreesIT {
    private static final int SETS = 4;
    private static final int REQUESTS = 2600;

    /** The time for mirrored copies that are still under way after all answers have arrived. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** The minimum number of requests of each kind. */
    private static final int QUOTA = 100;

    /**
     * The maximum number of sets. More sets are generated if a kind of requests is too rare, or if no set shows a
     * planted error.
     */
    private static final int MOST_SETS = 10;

    /** The changes in the trace's own copy of the manifests, which make the trace wrong. */
    private static final Map<String, String> MISTAKES = new TreeMap<>(Map.ofEntries(
            Map.entry("Host(`h", "Host(`g"),
            Map.entry("PathPrefix(`/", "Path(`/"),
            Map.entry("[0-9]+", "[0-9]"),
            Map.entry("Method(`GET`)", "Method(`PUT`)"),
            Map.entry("Header(`x-", "Header(`y-"),
            Map.entry("Query(`", "Query(`z"),
            Map.entry(" || ", " && "),
            Map.entry("&& !", "&& "),
            Map.entry("50% off", "60% off"),
            Map.entry("version: y1", "version: x1"),
            Map.entry("selectableDeployments: 2", "selectableDeployments: 3"),
            Map.entry("type: Stable", "type: Testing"),
            Map.entry("{env}.preview.", "{env}.review."),
            Map.entry("cookie: true", "cookie: false"),
            Map.entry("to: copy-1", "to: copy-2"),
            Map.entry("component: shop/job, to:", "component: shop/web, to:")));

    @TempDir
    Path temp;

    private final Path envoy = EnvoyBinary.find(System.err::println);
    private final Map<String, Integer> distribution = new TreeMap<>();
    private final Set<String> caught = new TreeSet<>();

    private record Pair(GeneratedRequest request, Seen real) {}

    private record StandIns(EchoPorts echo, CopyPorts copies) implements VirtualEnvironmentSet.Ports {
        @Override
        public int of(String name) {
            return echo.of(name);
        }

        @Override
        public int ofCopies(String name) {
            return copies.of(name);
        }
    }

    @Test
    void theTraceAgreesWithRealEnvoys() throws Exception {
        long seed = Long.getLong("kitsune.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<String> mismatches = new ArrayList<>();
        for (int i = 0; i < SETS || (i < MOST_SETS && mismatches.isEmpty() && !isEnough()); i++) {
            mismatches.addAll(oneSet(random, temp.resolve("set-" + i)));
        }
        distribution.forEach((tag, number) -> System.out.println(number + "\t" + tag));
        assertThat(mismatches.stream().limit(10))
                .as("mismatches, with seed %d", seed)
                .isEmpty();
        assertThat(caught)
                .as("planted errors that the comparison finds, with seed %d", seed)
                .isEqualTo(MISTAKES.keySet());
        assertThat(distribution.get("requests")).isGreaterThanOrEqualTo(10_000);
        assertThat(tooFew())
                .as("kinds of requests with too few requests, with seed %d", seed)
                .isEmpty();
        assertThat(distribution)
                .containsKeys("taken: Host", "taken: Path", "taken: PathPrefix", "taken: Method", "taken: Header")
                .containsKeys("taken: Query", "taken: All", "taken: &&", "taken: ||", "taken: !", "taken: variable")
                .containsKeys("depth 0", "depth 1", "depth 2", "depth 3", "unknown context", "refused context")
                .containsKeys("doubled context", "app shop", "app pay", "app blog", "to an adapter")
                .containsKeys("context by preview host", "preview host and header", "preview host and cookie")
                .containsKeys("strange preview host", "context by cookie", "doubled cookie")
                .containsKeys(
                        "selects by header", "selects by query", "selects by baggage", "selects by several sources")
                .containsKeys("selects unknown", "selects nothing", "selects twice", "selects alone")
                .containsKeys(
                        "selects in a Stable kind", "taken by being selected", "copied", "copied by being selected");
    }

    private boolean isEnough() {
        return tooFew().findAny().isEmpty() && caught.equals(MISTAKES.keySet());
    }

    private Stream<Map.Entry<String, Integer>> tooFew() {
        return distribution.entrySet().stream().filter(tag -> tag.getValue() < QUOTA);
    }

    private List<String> oneSet(Random random, Path logs) throws Exception {
        try (LoopbackPorts ports = new LoopbackPorts();
                EchoPorts echo = new EchoPorts(ports);
                CopyPorts copies = new CopyPorts(ports)) {
            int inbound = ports.next();
            int app = echo.of("the app beside");
            echo.put(VirtualEnvironmentSet.BESIDE.toString(), inbound);
            VirtualEnvironmentSet set = VirtualEnvironmentSet.generate(random, new StandIns(echo, copies));
            Resolution resolution = set.resolve();
            List<Pair> pairs;
            try (RealHops hops = new RealHops(resolution, envoy, logs, ports, inbound, app)) {
                pairs = withCopies(send(hops, random, set), copies, resolution.snapshot(), inbound, app);
                assertThat(hops.refused()).as("updates that Envoys refused").isZero();
            }
            pairs.forEach(pair -> count(pair, set, resolution.snapshot()));
            MISTAKES.forEach((right, wrong) -> {
                Snapshot mistaken = set.mistaken(right, wrong).resolve().snapshot();
                if (!caught.contains(right)
                        && mismatches(pairs, mistaken, inbound, app).findAny().isPresent()) {
                    caught.add(right);
                }
            });
            return mismatches(pairs, resolution.snapshot(), inbound, app).toList();
        }
    }

    private static List<Pair> send(RealHops hops, Random random, VirtualEnvironmentSet set) throws Exception {
        List<Callable<Pair>> all = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            GeneratedRequest request = GeneratedRequest.generate(i, random, set);
            all.add(() -> new Pair(request, hops.send(request)));
        }
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Pair> pairs = new ArrayList<>();
            for (Future<Pair> pair : threads.invokeAll(all)) {
                pairs.add(pair.get());
            }
            return pairs;
        } finally {
            threads.shutdownNow();
        }
    }

    /** Adds the mirrored copies that arrived. */
    private static List<Pair> withCopies(List<Pair> pairs, CopyPorts copies, Snapshot snapshot, int inbound, int app)
            throws InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        List<Pair> all = new ArrayList<>();
        for (Pair pair : pairs) {
            Set<Integer> traced = traced(pair.request(), snapshot, inbound, app).copies();
            Set<Integer> arrived = copies.of(pair.request().number(), traced, end);
            all.add(new Pair(pair.request(), pair.real().with(arrived)));
        }
        assertThat(copies.virtualEnvironments())
                .allSatisfy((name, virtualEnvironments) ->
                        assertThat(virtualEnvironments).as(name).isSubsetOf("copy-" + name.charAt(name.length() - 1)));
        return all;
    }

    private static Seen traced(GeneratedRequest request, Snapshot snapshot, int inbound, int app) {
        return Seen.traced(
                journey(request, snapshot), request.isGrpc(), snapshot, forwarded -> port(forwarded, inbound, app));
    }

    private static Stream<String> mismatches(List<Pair> pairs, Snapshot snapshot, int inbound, int app) {
        return pairs.parallelStream()
                .map(pair -> {
                    Seen traced = traced(pair.request(), snapshot, inbound, app);
                    return traced.equals(pair.real())
                            ? ""
                            : pair.request() + "\n  traced   " + traced + "\n  real     " + pair.real();
                })
                .filter(mismatch -> !mismatch.isEmpty());
    }

    private static Journey journey(GeneratedRequest request, Snapshot snapshot) {
        return switch (request.door()) {
            case GATEWAY -> Journey.fromOutside(request.asTraced(), snapshot, Instant.now());
            case OUTBOUND ->
                Journey.from(
                        VirtualEnvironmentSet.BESIDE, VirtualEnvironmentSet.WORKLOAD, request.asTraced(), snapshot);
            case INBOUND -> {
                Proxy.SidecarProxy sidecar = new Proxy.SidecarProxy(
                        VirtualEnvironmentSet.BESIDE,
                        VirtualEnvironmentSet.WORKLOAD,
                        "127.0.0.1",
                        1,
                        2,
                        3,
                        Proxy.Scopes.ON_DEMAND);
                yield new Journey(List.of(
                        new Journey.Leg(sidecar, RouteTrace.inbound(sidecar, request.asTraced(), null, snapshot))));
            }
        };
    }

    /** Returns the port of the stand-in that gets the request; 0 if a sidecar is in between. */
    private static int port(Outcome.Forwarded forwarded, int inbound, int app) {
        if (forwarded.cluster().startsWith("app")) {
            return app;
        }
        String endpoint = forwarded.endpoints().get(0);
        int port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
        return port == inbound ? 0 : port;
    }

    private void count(Pair pair, VirtualEnvironmentSet set, Snapshot snapshot) {
        Set<String> tags = new TreeSet<>(pair.request().tags());
        tags.add("requests");
        tags.add(pair.real().port() == 0 ? "answered " + pair.real().status() : "arrived");
        Journey journey = journey(pair.request(), snapshot);
        Hop first = journey.legs().get(0).hop();
        boolean selects = first.settled().first("kitsune-dep").isPresent();
        first.settled()
                .first("kitsune-env")
                .map(VirtualEnvironmentName::new)
                .map(snapshot::virtualEnvironment)
                .ifPresent(virtualEnvironment -> {
                    tags.add("depth " + Math.min(3, depth(virtualEnvironment, snapshot)));
                    if (selects && snapshot.isStable(virtualEnvironment.environment())) {
                        tags.add("selects in a Stable kind");
                    }
                });
        if (selects && tags.contains("no context")) {
            tags.add("selects alone");
        }
        if (!pair.real().copies().isEmpty()) {
            tags.add("copied");
        }
        if (first.outcome() instanceof Outcome.Forwarded forwarded) {
            tags.add(forwarded.cluster().startsWith("adapter/") ? "to an adapter" : "to a component");
            if (pair.request().door() == GeneratedRequest.Door.GATEWAY) {
                rule(first, set).ifPresent(rule -> {
                    tags.addAll(Rules.tags(rule.getValue()));
                    if (rule.getKey().contains("-c ")) {
                        tags.add("taken by being selected");
                        if (tags.contains("copied")) {
                            tags.add("copied by being selected");
                        }
                    }
                });
                tags.add("app " + forwarded.cluster().split("/", -1)[2]);
            }
        }
        tags.forEach(tag -> distribution.merge(tag, 1, Integer::sum));
    }

    /** Returns the chosen rule with its field. */
    private static Optional<Map.Entry<String, String>> rule(Hop hop, VirtualEnvironmentSet set) {
        return hop.lookup().candidates().stream()
                .filter(candidate -> candidate.verdict() == Candidate.Verdict.TAKEN)
                .map(candidate -> candidate
                        .route()
                        .getMetadata()
                        .getFilterMetadataOrThrow("dev.kitsune")
                        .getFieldsOrThrow("origin")
                        .getStringValue())
                .flatMap(origin -> set.rules().entrySet().stream().filter(rule -> origin.startsWith(rule.getKey())))
                .min(Map.Entry.comparingByKey());
    }

    private static int depth(ResolvedVirtualEnvironment virtualEnvironment, Snapshot snapshot) {
        int depth = 0;
        for (ResolvedVirtualEnvironment at = virtualEnvironment; at != null && at.parent() != null; depth++) {
            at = snapshot.virtualEnvironment(at.parent());
        }
        return depth;
    }
}
