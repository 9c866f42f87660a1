package dev.kitsune.k8s.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.k8s.state.RequestAnnotation.AnnotatedRequest;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.manifest.VirtualEnvironment.ReleasedApp;
import dev.kitsune.model.release.ReleaseEntry;
import dev.kitsune.model.release.ReleaseEntry.Phase;
import dev.kitsune.model.release.ReleaseEntry.ReleaseSource;
import dev.kitsune.model.release.ReleaseEntry.ReleaseTimes;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.snapshot.ReleaseManifest;
import dev.kitsune.model.snapshot.ReleaseManifest.FrozenOverlay;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The form of releases in a status, read back from it. */
class ReleaseFormTest {
    private static final ObjectKey MAIN = new ObjectKey(Kind.VirtualEnvironment, "shop", "main");
    private static final Release RELEASE = new Release(Map.of("shop", new ReleasedApp("shop-1", "1.0")), "again");
    private static final ReleaseManifest CONTENT = new ReleaseManifest(
            "prod", Map.of(), Map.of(), Map.of(), new FrozenOverlay(Map.of(), Map.of(), Map.of(), Map.of()));

    private static Instant at(int second) {
        return Instant.ofEpochSecond(second, 5);
    }

    private static final ReleaseStatus STATUS = new ReleaseStatus(
            RELEASE,
            "request-1",
            8,
            new ReleaseEntry(
                    7,
                    RELEASE,
                    ReleaseSource.Manifest,
                    Phase.Active,
                    new ReleaseTimes(at(1), null, at(2), null),
                    List.of(),
                    CONTENT),
            new ReleaseEntry(
                    8,
                    new Release(Map.of("shop", new ReleasedApp("shop-2", null)), null),
                    ReleaseSource.Command,
                    Phase.Pending,
                    new ReleaseTimes(at(3), at(9), null, null),
                    List.of("no workload"),
                    null),
            List.of(new ReleaseEntry(
                    6,
                    RELEASE,
                    ReleaseSource.Rollback,
                    Phase.Superseded,
                    new ReleaseTimes(at(0), null, at(1), at(2)),
                    List.of(),
                    null)),
            true);

    private static StoredRelease read(Map<String, Object> release, Map<String, ReleaseManifest> contents) {
        return StoredRelease.of(
                new ReleaseObject(MAIN, at(0), "uid", 1, release, StatusJson.digest(release), AnnotatedRequest.NOTHING),
                contents::get);
    }

    private static Map<String, Object> form() {
        return StatusJson.map(ReleaseForm.of(STATUS, Map.of(7, "main-7")));
    }

    @Test
    void everyFieldIsReadBack() {
        StoredRelease read = read(form(), Map.of("main-7", CONTENT));

        assertThat(Objects.requireNonNull(read.kept()).status()).isEqualTo(STATUS);
        assertThat(read.names()).containsExactly(Map.entry(7, "main-7"));
        assertThat(read.trouble()).isNull();
    }

    @Test
    void theFormHasTheFieldsOfTheDefinition() {
        assertThat(form())
                .containsOnlyKeys("written", "request", "last", "exceeded", "active", "pending", "history")
                .containsEntry(
                        "active",
                        Map.of(
                                "id", 7,
                                "source", "Manifest",
                                "phase", "Active",
                                "apps", Map.of("shop", Map.of("appDeployment", "shop-1", "version", "1.0")),
                                "request", "again",
                                "requestedAt", "1970-01-01T00:00:01.000000005Z",
                                "activatedAt", "1970-01-01T00:00:02.000000005Z",
                                "manifest", "main-7"));
    }

    @Test
    void theVersionDependsOnTheContentAndNotOnItsOrder() {
        assertThat(StatusJson.digest(new java.util.TreeMap<>(form())))
                .isEqualTo(StatusJson.digest(form()))
                .isNotEqualTo(StatusJson.digest(StatusJson.map(ReleaseForm.of(ReleaseStatus.NONE, Map.of()))));
    }

    @Test
    void fieldsOfALaterVersionAreIgnored() {
        Map<String, Object> release = form();
        release.put("laterField", "value");

        assertThat(Objects.requireNonNull(
                                read(release, Map.of("main-7", CONTENT)).kept())
                        .status())
                .isEqualTo(STATUS);
    }

    @Test
    void aStatusThatCannotBeUnderstoodSaysWhy() {
        assertThat(read(form(), Map.of()).trouble()).contains("the ReleaseManifest main-7 that it names");
        assertThat(read(Map.of("active", Map.of("id", 1)), Map.of()).trouble()).contains("not in the form");
        assertThat(read(Map.of("active", "text"), Map.of()).trouble()).contains("not in the form");
        assertThat(read(form(), Map.of()).kept()).isNull();
    }
}
