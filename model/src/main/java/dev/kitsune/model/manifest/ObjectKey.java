package dev.kitsune.model.manifest;

import java.util.Comparator;

/**
 * The identity of an object.
 *
 * @param namespace empty for a kind without namespaces; {@code default} where the user wrote none
 */
public record ObjectKey(Kind kind, String namespace, String name) implements Comparable<ObjectKey> {
    private static final Comparator<ObjectKey> ORDER = Comparator.comparing(ObjectKey::kind)
            .thenComparing(ObjectKey::namespace)
            .thenComparing(ObjectKey::name);

    /** Returns the name of the virtual environment that has this key. */
    public VirtualEnvironmentName virtualEnvironmentName() {
        return new VirtualEnvironmentName(name);
    }

    @Override
    public int compareTo(ObjectKey other) {
        return ORDER.compare(this, other);
    }

    /** {@code VirtualEnvironment/shop/main}, {@code Environment/dev}. */
    @Override
    public String toString() {
        return kind + "/" + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }
}
