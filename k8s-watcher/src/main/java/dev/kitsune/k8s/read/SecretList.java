package dev.kitsune.k8s.read;

import org.jspecify.annotations.Nullable;

/**
 * Secrets that are read together.
 *
 * @param name of the only one; null for all Secrets of the namespace. The keys that check tokens are read by their names,
 *     because Kitsune's own namespace has other Secrets, too
 */
public record SecretList(String namespace, @Nullable String name) implements Comparable<SecretList> {
    /** Returns the list of all Secrets of a namespace. */
    public static SecretList of(String namespace) {
        return new SecretList(namespace, null);
    }

    /** The name of the list in problems. */
    @Override
    public String toString() {
        return RefusedSecrets.place(name == null ? namespace : namespace + "/" + name);
    }

    @Override
    public int compareTo(SecretList other) {
        return toString().compareTo(other.toString());
    }
}
