package dev.kitsune.model.snapshot;

/** A Secret. {@code namespace} is empty in file mode, where one folder of secrets serves all namespaces. */
public record SecretId(String namespace, String name) implements Comparable<SecretId> {
    @Override
    public int compareTo(SecretId other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
