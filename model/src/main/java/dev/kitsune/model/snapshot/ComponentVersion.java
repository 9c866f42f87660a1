package dev.kitsune.model.snapshot;

/** One build of a component: {@code shop/cart@77aa010}. */
public record ComponentVersion(ComponentName name, String version) implements Comparable<ComponentVersion> {
    public ComponentVersion(String app, String component, String version) {
        this(new ComponentName(app, component), version);
    }

    @Override
    public int compareTo(ComponentVersion other) {
        int byName = name.compareTo(other.name);
        return byName != 0 ? byName : version.compareTo(other.version);
    }

    @Override
    public String toString() {
        return name + "@" + version;
    }
}
