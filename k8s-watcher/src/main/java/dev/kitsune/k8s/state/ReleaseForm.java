package dev.kitsune.k8s.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.release.ReleaseEntry;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.snapshot.ReleaseManifest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The field {@code status.release} of a virtual environment, which the custom resource definition describes. */
record ReleaseForm(
        @Nullable Release written,
        @Nullable String request,
        int last,
        boolean exceeded,
        @Nullable EntryForm active,
        @Nullable EntryForm pending,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<EntryForm> history) {
    ReleaseForm {
        history = List.copyOf(Objects.requireNonNullElse(history, List.of()));
    }

    /** {@code manifests}: the name of the object with the frozen content of each release that has one, by its id */
    static ReleaseForm of(ReleaseStatus status, Map<Integer, String> manifests) {
        return new ReleaseForm(
                status.written(),
                status.request(),
                status.last(),
                status.exceeded(),
                EntryForm.of(status.active(), manifests),
                EntryForm.of(status.pending(), manifests),
                status.history().stream()
                        .map(entry -> Objects.requireNonNull(EntryForm.of(entry, manifests)))
                        .toList());
    }

    /** {@code manifests}: the frozen contents, by the names of their objects */
    ReleaseStatus status(Map<String, ReleaseManifest> manifests) {
        return new ReleaseStatus(
                written,
                request,
                last,
                active == null ? null : active.entry(manifests),
                pending == null ? null : pending.entry(manifests),
                history.stream().map(entry -> entry.entry(manifests)).toList(),
                exceeded);
    }

    /** Returns the name of the object with the frozen content of each release that has one, by its id. */
    Map<Integer, String> manifests() {
        Map<Integer, String> manifests = new HashMap<>();
        Stream.concat(Stream.concat(Stream.ofNullable(active), Stream.ofNullable(pending)), history.stream())
                .forEach(entry -> {
                    if (entry.manifest() != null) {
                        manifests.put(entry.id(), entry.manifest());
                    }
                });
        return manifests;
    }

    /** Returns the releases of a status that have frozen content. */
    static List<ReleaseEntry> frozen(ReleaseStatus status) {
        return Stream.concat(
                        Stream.concat(Stream.ofNullable(status.active()), Stream.ofNullable(status.pending())),
                        status.history().stream())
                .filter(entry -> entry.frozen() != null)
                .toList();
    }
}
