package dev.kitsune.k8s.state;

import dev.kitsune.model.release.ReleaseStore.Kept;
import dev.kitsune.model.snapshot.ReleaseManifest;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The status of releases that stands in an object.
 *
 * @param kept null if none stands there, or if it cannot be understood
 * @param names the name of the object with the frozen content of each release that has one, by its id
 * @param contents these contents, by name
 * @param trouble why the status cannot be understood, as the end of a sentence; null if it can
 */
record StoredRelease(
        ReleaseObject object,
        @Nullable Kept kept,
        Map<Integer, String> names,
        Map<String, ReleaseManifest> contents,
        @Nullable String trouble) {

    /** Finds the content of an object by its name. */
    @FunctionalInterface
    interface ContentSource {
        /** Returns null if there is none that can be understood. */
        @Nullable
        ReleaseManifest get(String name);
    }

    static StoredRelease of(ReleaseObject object, ContentSource source) {
        Map<?, ?> release = object.release();
        String version = object.version();
        if (release == null || version == null) {
            return new StoredRelease(object, null, Map.of(), Map.of(), null);
        }
        Map<Integer, String> names;
        ReleaseForm form;
        try {
            form = StatusJson.read(release, ReleaseForm.class);
            names = form.manifests();
        } catch (IllegalArgumentException e) {
            return new StoredRelease(object, null, Map.of(), Map.of(), "it is not in the form that Kitsune writes");
        }
        Map<String, ReleaseManifest> contents = new HashMap<>();
        for (String name : names.values()) {
            ReleaseManifest content = source.get(name);
            if (content == null) {
                return new StoredRelease(
                        object,
                        null,
                        names,
                        contents,
                        "the ReleaseManifest " + name + " that it names does not exist, or cannot be understood");
            }
            contents.put(name, content);
        }
        return new StoredRelease(object, new Kept(form.status(contents), version), names, contents, null);
    }

    /** Whether it is also what stands in this version of the object. */
    boolean isOf(ReleaseObject now) {
        return trouble == null && object.uid().equals(now.uid()) && Objects.equals(object.version(), now.version());
    }

    @Nullable
    String version() {
        return kept == null ? null : kept.version();
    }
}
