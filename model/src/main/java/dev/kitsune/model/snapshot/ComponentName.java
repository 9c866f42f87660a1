package dev.kitsune.model.snapshot;

/** A component of an app, whatever its version: {@code shop/cart}. */
public record ComponentName(String app, String component) implements Comparable<ComponentName> {
    @Override
    public int compareTo(ComponentName other) {
        int byApp = app.compareTo(other.app);
        return byApp != 0 ? byApp : component.compareTo(other.component);
    }

    @Override
    public String toString() {
        return app + "/" + component;
    }
}
