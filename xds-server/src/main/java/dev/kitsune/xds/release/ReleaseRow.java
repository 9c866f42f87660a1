package dev.kitsune.xds.release;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.kitsune.model.release.ReleaseEntry;
import dev.kitsune.model.release.ReleaseStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A release as people and programs are shown it.
 *
 * @param by {@code Manifest}, {@code Command} or {@code Rollback}
 * @param apps app to app deployment, with its version where the release names one
 * @param deadline until when a pending one may wait
 * @param frozen whether it serves what it froze
 */
public record ReleaseRow(
        @JsonProperty("environment") String virtualEnvironment,
        int id,
        String state,
        String by,
        Map<String, String> apps,
        String asked,
        @Nullable String deadline,
        @Nullable String activated,
        @Nullable String ended,
        boolean frozen,
        List<String> problems) {

    /** The newest first: what waits, what is active, what was. */
    public static List<ReleaseRow> of(String virtualEnvironment, ReleaseStatus status) {
        List<ReleaseRow> rows = new ArrayList<>();
        Stream.concat(Stream.of(status.pending(), status.active()), status.history().stream())
                .filter(Objects::nonNull)
                .forEach(entry -> rows.add(of(virtualEnvironment, entry)));
        return rows;
    }

    private static ReleaseRow of(String virtualEnvironment, ReleaseEntry entry) {
        Map<String, String> apps = new TreeMap<>();
        entry.wanted()
                .apps()
                .forEach((app, released) -> apps.put(
                        app, released.appDeployment() + (released.version() == null ? "" : "@" + released.version())));
        return new ReleaseRow(
                virtualEnvironment,
                entry.id(),
                entry.phase().name(),
                entry.source().name(),
                apps,
                entry.asked().toString(),
                text(entry.deadline()),
                text(entry.activated()),
                text(entry.ended()),
                entry.frozen() != null,
                entry.problems());
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }
}
