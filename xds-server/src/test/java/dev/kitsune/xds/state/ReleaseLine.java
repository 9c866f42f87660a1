package dev.kitsune.xds.state;

import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
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

/** Prints a status as lines, which a model can print, too. */
final class ReleaseLine {
    private ReleaseLine() {}

    static String head(@Nullable Release written, @Nullable String request, int last, boolean exceeded) {
        return "wrote " + text(written) + ", took " + request + ", last " + last + (exceeded ? ", in vain" : "");
    }

    static String of(
            int id,
            ReleaseEntry.Phase phase,
            Release wanted,
            Instant asked,
            String deadline,
            @Nullable Instant activated,
            @Nullable Instant ended,
            @Nullable String frozen) {
        return id + " " + phase + " of " + text(wanted) + ": " + asked + " until " + deadline + ", active " + activated
                + ", ended " + ended + ", froze " + frozen;
    }

    private static String text(@Nullable Release release) {
        return release == null ? "nothing" : ReleaseFiles.deployment(release) + "/" + release.request();
    }

    static Map<String, List<String>> of(Map<VirtualEnvironmentName, ReleaseStatus> statuses) {
        Map<String, List<String>> lines = new TreeMap<>();
        statuses.forEach((name, status) -> {
            List<String> of = new ArrayList<>();
            of.add(head(status.written(), status.request(), status.last(), status.exceeded()));
            Stream.concat(Stream.of(status.pending(), status.active()), status.history().stream())
                    .filter(Objects::nonNull)
                    .forEach(entry -> of.add(line(entry)));
            lines.put(name.value(), of);
        });
        return lines;
    }

    private static String line(ReleaseEntry entry) {
        return of(
                entry.id(),
                entry.phase(),
                entry.wanted(),
                entry.times().asked(),
                entry.times().deadline() == null ? "" : entry.times().deadline().toString(),
                entry.times().activated(),
                entry.times().ended(),
                entry.frozen() == null
                        ? null
                        : Objects.requireNonNull(
                                        entry.frozen().overlay().variables().get("greeting"))
                                .value()
                                .text());
    }
}
