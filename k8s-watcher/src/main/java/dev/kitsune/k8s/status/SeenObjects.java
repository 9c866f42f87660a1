package dev.kitsune.k8s.status;

import dev.kitsune.model.manifest.ObjectKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All objects of the cluster, each as it was seen last. Not thread-safe. */
final class SeenObjects {
    private final Map<ObjectKey, SeenObject> objects = new HashMap<>();

    /** Returns false if this version is known, or a later one, which a watch may deliver late. */
    boolean put(SeenObject object) {
        SeenObject known = objects.get(object.key());
        if (known != null && known.revision() >= object.revision()) {
            return false;
        }
        objects.put(object.key(), object);
        return true;
    }

    /** Takes a version over that was written and not watched. An object that has gone meanwhile stays gone. */
    void refresh(SeenObject object) {
        SeenObject known = objects.get(object.key());
        if (known != null && known.uid().equals(object.uid())) {
            put(object);
        }
    }

    void remove(ObjectKey key) {
        objects.remove(key);
    }

    @Nullable
    SeenObject get(ObjectKey key) {
        return objects.get(key);
    }

    Set<ObjectKey> keys() {
        return Set.copyOf(objects.keySet());
    }
}
