package dev.kitsune.k8s.watch;

import java.util.List;

/** Receives what the API server says about one collection of objects, in order and one call at a time. */
interface CollectionListener<T> {
    /** Takes a complete list. Returns false if it must not count, so that the objects are listed again. */
    boolean listed(List<T> all);

    /** An object was added or changed. */
    void put(T object);

    void removed(T object);

    /** The objects cannot be listed now. {@code why}: the end of a sentence */
    void refused(String why);
}
