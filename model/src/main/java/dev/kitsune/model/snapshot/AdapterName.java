package dev.kitsune.model.snapshot;

/** An adapter by its namespace and name. */
public record AdapterName(String namespace, String name) implements Comparable<AdapterName> {
    @Override
    public int compareTo(AdapterName other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
