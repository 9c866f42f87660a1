package dev.kitsune.xds.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.model.manifest.VirtualEnvironment.ExpiresAfter;
import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseEntry;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.xds.expiry.ExpiryRow;
import dev.kitsune.xds.explain.Explanation;
import dev.kitsune.xds.pipeline.ServedState;
import dev.kitsune.xds.release.ReleaseRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;

/**
 * Checks the fields of the JSON and their order, because programs read them. The records group fields, but the JSON
 * does not.
 */
class JsonFormTest {
    private final ResolvedVirtualEnvironment fix =
            Objects.requireNonNull(Shop.snapshot().virtualEnvironment(new VirtualEnvironmentName("cart-fix")));

    private static List<String> fields(Object view) {
        List<String> names = new ArrayList<>();
        new ObjectMapper().valueToTree(view).fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void aVirtualEnvironment() {
        assertThat(fields(VirtualEnvironmentView.of(
                        fix, Shop.snapshot(), VirtualEnvironmentView.ReleasesView.NONE, null, List.of())))
                .containsExactly(
                        "name",
                        "namespace",
                        "environment",
                        "parent",
                        "expired",
                        "expiry",
                        "chain",
                        "apps",
                        "components",
                        "variables",
                        "secrets",
                        "adapters",
                        "routes",
                        "copies",
                        "releases",
                        "drift",
                        "problems");
    }

    @Test
    void aVirtualEnvironmentInAList() {
        assertThat(fields(VirtualEnvironmentRow.of(
                        fix, Shop.snapshot(), null, Shop.problems().all())))
                .containsExactly(
                        "name", "namespace", "environment", "parent", "expiry", "components", "errors", "warnings");
    }

    @Test
    void theStatus() {
        Metrics metrics = new Metrics();
        ServedState state = new ServedState(1, Shop.snapshot(), Set.of(), Shop.problems(), HashTreePMap.empty(), null);
        assertThat(fields(StatusView.of(new Inspected(
                        "/envs", "1.2.3", () -> state, new ShopPublished(), name -> List.of(), key -> null, metrics))))
                .containsExactly(
                        "folder",
                        "version",
                        "ready",
                        "sequence",
                        "failure",
                        "environments",
                        "proxies",
                        "refused",
                        "refusals",
                        "errors",
                        "warnings");
        metrics.close();
    }

    @Test
    void aProxy() {
        assertThat(fields(ProxyRow.of(Shop.proxies().get(0))))
                .containsExactly("node", "role", "component", "scopes", "since", "held", "sync", "waiting", "refused");
    }

    @Test
    void aProblem() {
        assertThat(fields(ProblemView.of(Shop.problems().all().get(0))))
                .startsWith("file", "line", "column")
                .contains("severity", "code", "object", "environment", "message");
    }

    @Test
    void aRelease() {
        ReleaseEntry entry = new ReleaseEntry(
                1,
                new Release(Map.of(), null),
                ReleaseEntry.ReleaseSource.Manifest,
                ReleaseEntry.Phase.Active,
                new ReleaseEntry.ReleaseTimes(Instant.EPOCH, null, Instant.EPOCH, null),
                List.of(),
                null);
        ReleaseStatus status = new ReleaseStatus(entry.wanted(), null, 1, entry, null, List.of(), false);
        assertThat(fields(ReleaseRow.of(new VirtualEnvironmentName("main"), status)
                        .get(0)))
                .containsExactly(
                        "environment",
                        "id",
                        "state",
                        "by",
                        "apps",
                        "asked",
                        "deadline",
                        "activated",
                        "ended",
                        "frozen",
                        "problems");
    }

    @Test
    void anExpiry() {
        ExpiresAfter limits = new ExpiresAfter(Duration.ofDays(3), null, false);
        assertThat(fields(ExpiryRow.of(new VirtualEnvironmentName("fix"), limits, null, Instant.EPOCH, Duration.ZERO)))
                .containsExactly("environment", "state", "idle", "age", "seen", "used", "ends", "by");
    }

    @Test
    void anExplainedHop() {
        assertThat(fields(new Explanation.HopView(
                        "gateway",
                        null,
                        List.of(),
                        new Explanation.OnwardView(null, null, List.of(), null),
                        new Explanation.AddedView(List.of(), List.of()),
                        List.of(),
                        List.of())))
                .containsExactly(
                        "at",
                        "routes",
                        "candidates",
                        "component",
                        "cluster",
                        "endpoints",
                        "rewritten",
                        "variables",
                        "credentials",
                        "copies",
                        "notFollowed");
    }
}
