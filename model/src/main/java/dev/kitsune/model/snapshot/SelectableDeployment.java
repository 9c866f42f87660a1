package dev.kitsune.model.snapshot;

import java.util.List;

/**
 * An app deployment that a request may select in place of the one that is released. What it makes of an environment is worked
 * out when a proxy needs it: for all environments and app deployments beforehand it would be too much.
 */
public interface SelectableDeployment {
    String name();

    /** The namespace of its app. */
    String namespace();

    /**
     * The environment with this app deployment in place of its app's. The environment's own component versions still win, and
     * the rules of this app are left out.
     */
    ResolvedEnvironment in(ResolvedEnvironment environment);

    /** The rules of its components, with the environment's variables. Those that cannot be rendered there are left out. */
    List<ResolvedRoute> rules(ResolvedEnvironment selected, SnapshotView view);
}
