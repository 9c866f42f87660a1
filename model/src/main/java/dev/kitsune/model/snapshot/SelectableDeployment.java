package dev.kitsune.model.snapshot;

import java.util.List;
import java.util.Set;

/**
 * An app deployment that a request may select in place of the released one. The resulting virtual environment is
 * computed only when a proxy needs it, because computing all of them in advance would cost too much.
 */
public interface SelectableDeployment {
    String name();

    /** The namespace of its app. */
    String namespace();

    /** The component versions that it names. */
    Set<ComponentVersion> versions();

    /**
     * Returns the virtual environment with this app deployment in place of the released one of its app. The virtual
     * environment's own component versions still win, and the rules of this app are left out.
     */
    ResolvedVirtualEnvironment in(ResolvedVirtualEnvironment virtualEnvironment);

    /** Returns the rules of its components, rendered with the virtual environment's variables. */
    Rules rules(ResolvedVirtualEnvironment selected, SnapshotView view);

    /** The rules of a virtual environment, and those that cannot be rendered there. */
    record Rules(List<ResolvedRoute> rules, List<LeftOut> leftOut) {
        public Rules {
            rules = List.copyOf(rules);
            leftOut = List.copyOf(leftOut);
        }
    }

    /** A rule as its user wrote it, the version that it would lead to, and the reason why it cannot be rendered. */
    record LeftOut(String rule, ComponentVersion target, String why, Origin origin) {}
}
