package dev.kitsune.xds.store;

import java.util.HashSet;
import java.util.Set;

/** What a change of subscriptions needs and the store does not have. */
record Needs(Set<NamesKey> names, Set<Right> rights, Set<ResourceKey> resources) {
    Needs() {
        this(new HashSet<>(), new HashSet<>(), new HashSet<>());
    }
}
