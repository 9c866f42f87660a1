package dev.kitsune.model.manifest;

/** The name of a virtual environment, which is unique in the whole mesh. It is never the name of an environment. */
public record VirtualEnvironmentName(String value) implements Comparable<VirtualEnvironmentName> {
    @Override
    public int compareTo(VirtualEnvironmentName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
