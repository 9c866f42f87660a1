package dev.kitsune.xds.release;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseEntry;
import dev.kitsune.model.release.ReleaseEntry.ReleaseTimes;
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
 * A release for the output to people and programs.
 *
 * @param by {@code Manifest}, {@code Command} or {@code Rollback}
 * @param apps app to app deployment, with its version if the release names one
 * @param frozen whether it serves what it froze
 */
public record ReleaseRow(
        @JsonUnwrapped NumberedRelease release,
        String state,
        String by,
        Map<String, String> apps,
        @JsonUnwrapped TimesRow times,
        boolean frozen,
        List<String> problems) {
    /** Releases count up from 1 in each virtual environment. */
    public record NumberedRelease(
            @JsonProperty("environment") @JsonSerialize(using = ToStringSerializer.class)
            VirtualEnvironmentName virtualEnvironment,

            int id) {}

    /**
     * The times of its events, as ISO 8601 in UTC.
     *
     * @param deadline until when a pending one may wait
     */
    public record TimesRow(
            String asked,
            @Nullable String deadline,
            @Nullable String activated,
            @Nullable String ended) {
        private static TimesRow of(ReleaseTimes times) {
            return new TimesRow(
                    times.asked().toString(), text(times.deadline()), text(times.activated()), text(times.ended()));
        }

        private static @Nullable String text(@Nullable Instant time) {
            return time == null ? null : time.toString();
        }
    }

    /** Returns the pending, active and earlier releases, newest first. */
    public static List<ReleaseRow> of(VirtualEnvironmentName virtualEnvironment, ReleaseStatus status) {
        List<ReleaseRow> rows = new ArrayList<>();
        Stream.concat(Stream.of(status.pending(), status.active()), status.history().stream())
                .filter(Objects::nonNull)
                .forEach(entry -> rows.add(of(virtualEnvironment, entry)));
        return rows;
    }

    private static ReleaseRow of(VirtualEnvironmentName virtualEnvironment, ReleaseEntry entry) {
        Map<String, String> apps = new TreeMap<>();
        entry.wanted()
                .apps()
                .forEach((app, released) -> apps.put(
                        app, released.appDeployment() + (released.version() == null ? "" : "@" + released.version())));
        return new ReleaseRow(
                new NumberedRelease(virtualEnvironment, entry.id()),
                entry.phase().name(),
                entry.source().name(),
                apps,
                TimesRow.of(entry.times()),
                entry.frozen() != null,
                entry.problems());
    }
}
