package dev.kitsune.k8s.state;

import dev.kitsune.k8s.read.StoredVersion;
import dev.kitsune.model.manifest.Manifest;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What was written into one custom resource, and which of it was served last. Not thread-safe. */
final class ObjectVersions {
    /** Only the newest ones can still be found good. */
    private static final int REMEMBERED = 8;

    /** The newest first, which stands in the resource now. */
    private final Deque<ObjectText> texts = new ArrayDeque<>();

    private String uid = "";
    private @Nullable ObjectText good;
    private @Nullable StoredVersion stored;
    private boolean invalid;

    /** The resource was watched. {@code read}: what it is read as; null if it cannot be read */
    void see(GenericKubernetesResource resource, @Nullable StoredVersion inStatus, @Nullable Manifest<?> read) {
        if (!uid.equals(resource.getMetadata().getUid())) {
            uid = resource.getMetadata().getUid();
            texts.clear();
            good = null;
            stored = null;
            // An earlier process found it invalid, and nothing else is known yet.
            invalid = inStatus != null;
        }
        if (inStatus != null && invalid && !inStatus.equals(stored)) {
            good = ObjectText.of(inStatus);
        }
        stored = inStatus;
        ObjectText before = texts.peekFirst();
        long generation = resource.getMetadata().getGeneration();
        if (before == null || before.generation() != generation) {
            ObjectText now = ObjectText.of(generation, resource.get("spec"), read);
            texts.addFirst(now);
            if (texts.size() > REMEMBERED) {
                texts.removeLast();
            }
            // A text that follows an invalid one counts as invalid until it is judged.
            invalid = read == null || (invalid && !isGood(now));
        }
    }

    /**
     * The resource was resolved.
     *
     * @param served what was served last of it; null for nothing
     * @param standsIn whether that is not its newest text
     */
    void judged(@Nullable Manifest<?> served, boolean standsIn) {
        ObjectText found = served == null ? null : text(served);
        if (found != null) {
            good = found;
            while (texts.contains(found) && !found.equals(texts.peekLast())) {
                texts.removeLast();
            }
        }
        ObjectText now = texts.peekFirst();
        invalid = now != null && (now.manifest() == null || (standsIn && !isGood(now)));
    }

    private @Nullable ObjectText text(Manifest<?> served) {
        return Stream.of(
                        texts.stream(),
                        Stream.ofNullable(good),
                        Stream.ofNullable(stored).map(ObjectText::of))
                .flatMap(all -> all)
                .filter(one -> one.isRead(served))
                .findFirst()
                .orElse(null);
    }

    private boolean isGood(ObjectText text) {
        return good != null && text.isRead(good.manifest());
    }

    /** Returns what must stand in the status; null for nothing. */
    @Nullable
    ObjectText wanted() {
        return invalid ? good : null;
    }

    /** Whether the status has something else than it must have. */
    boolean isOutdated() {
        ObjectText wanted = wanted();
        StoredVersion there = stored;
        if (there == null) {
            return wanted != null;
        }
        return wanted == null ? !invalid : !wanted.isIn(there);
    }

    /** Returns the version in the status; null for none. */
    @Nullable
    StoredVersion stored() {
        return stored;
    }
}
