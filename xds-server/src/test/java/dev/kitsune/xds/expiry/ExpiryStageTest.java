package dev.kitsune.xds.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.source.Deciding;
import dev.kitsune.xds.state.SightingsFile;
import dev.kitsune.xds.state.StateFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** Tests expiry with unexpected times, such as a clock that is set back. */
class ExpiryStageTest {
    private static final Instant START = Instant.parse("2026-11-02T12:00:00Z");
    private static final ObjectKey KEY = new ObjectKey(Kind.VirtualEnvironment, "shop", "fix");

    @TempDir
    Path folder;

    private final SetAlarm alarm = new SetAlarm(START);
    private PMap<ObjectKey, Manifest<?>> manifests = HashTreePMap.empty();
    private Set<ObjectKey> expired = Set.of();
    private int passes;
    private @Nullable StateFolder state;
    private ExpiryStage stage;

    @AfterEach
    void end() {
        if (state != null) {
            state.close();
        }
    }

    @BeforeEach
    void start() throws IOException {
        if (state != null) {
            state.close();
        }
        state = new StateFolder(folder).open();
        stage = new ExpiryStage(new SightingsFile(state), Deciding.ALWAYS, alarm, () -> resolve(Set.of()));
    }

    private void resolve(Set<ObjectKey> changed) {
        passes++;
        CatalogChange expires = stage.expire(
                new CatalogChange(new Catalog(manifests, HashTreePMap.empty(), false), changed, Set.of(), List.of()));
        expired = expires.catalog().expired().keySet();
    }

    private void write(String limits) {
        String text = """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: fix, namespace: shop}
                spec: {environment: dev, expiresAfter: %s}
                """.formatted(limits);
        manifests = manifests.plus(
                KEY, ManifestReader.read("a.yaml", text).manifests().get(0));
        resolve(Set.of(KEY));
    }

    @Test
    void aClockThatWasADayAheadEndsNothingPermanently() {
        write("{idle: 72h, age: 3h}");
        alarm.set(START.plus(Duration.ofDays(1)));
        alarm.advance(Duration.ZERO);
        assertThat(expired).containsExactly(KEY);

        alarm.set(START.plusSeconds(60));
        stage.used(new VirtualEnvironmentName("other"), alarm.clock().instant());
        resolve(Set.of());
        assertThat(expired).isEmpty();
        alarm.advance(Duration.ofHours(3));
        assertThat(expired).containsExactly(KEY);
    }

    @Test
    void theTimeAfterTheEndDoesNotCountWhenTheLimitIsRaised() {
        write("{idle: 1h, age: 2h}");
        for (int half = 0; half < 4; half++) {
            stage.used(new VirtualEnvironmentName("fix"), alarm.clock().instant());
            alarm.advance(Duration.ofMinutes(30));
        }
        assertThat(expired).containsExactly(KEY);
        alarm.advance(Duration.ofHours(3));

        write("{idle: 1h, age: 60d}");
        assertThat(expired).isEmpty();
        alarm.advance(Duration.ofMinutes(63));
        assertThat(expired).containsExactly(KEY);
    }

    @Test
    void aUsedVirtualEnvironmentIsExaminedAgainWithoutResolving() {
        write("{idle: 10m}");
        for (int minute = 0; minute < 60; minute++) {
            stage.used(new VirtualEnvironmentName("fix"), alarm.clock().instant());
            alarm.advance(Duration.ofMinutes(1));
        }
        assertThat(passes).isEqualTo(1);
        alarm.advance(Duration.ofMinutes(13));
        assertThat(expired).containsExactly(KEY);
        assertThat(passes).isEqualTo(2);
    }

    @Test
    void aStartWithAnEmptyFolderRemovesNobody() throws IOException {
        write("{age: 1h}");
        alarm.advance(Duration.ofHours(2));
        assertThat(expired).containsExactly(KEY);
        stage.close();

        PMap<ObjectKey, Manifest<?>> all = manifests;
        manifests = HashTreePMap.empty();
        start();
        resolve(Set.of());
        alarm.advance(Duration.ofMinutes(5));
        manifests = all;
        resolve(Set.of(KEY));
        assertThat(expired).containsExactly(KEY);
    }

    /** An API server knows it, and every replica must decide by the same times. */
    @Test
    void whatTheSourceKnowsOfCreationCounts() {
        write("{age: 1h}");
        Instant created = START.minus(Duration.ofDays(3));
        Catalog catalog =
                new Catalog(manifests, HashTreePMap.empty(), true).withCreated(HashTreePMap.singleton(KEY, created));

        CatalogChange change = stage.expire(new CatalogChange(catalog, Set.of(KEY), Set.of(), List.of()));

        assertThat(change.catalog().created()).containsExactly(Map.entry(KEY, created));
    }
}
