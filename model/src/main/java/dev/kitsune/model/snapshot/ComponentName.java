package dev.kitsune.model.snapshot;

/** A component of an app, whatever its version: {@code shop/cart}. */
public record ComponentName(String app, String component) implements Comparable<ComponentName> {
    /** Returns the component that a dependency names: {@code cart} of the caller's own app, or {@code pay/ledger}. */
    public static ComponentName called(String dependency, String ownApp) {
        int slash = dependency.indexOf('/');
        return slash < 0
                ? new ComponentName(ownApp, dependency)
                : new ComponentName(dependency.substring(0, slash), dependency.substring(slash + 1));
    }

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
