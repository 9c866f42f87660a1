package dev.kitsune.xds.replica;

import java.util.Set;

/** Knows the replicas that serve proxies, so that one of them that does not report is noticed. */
@FunctionalInterface
public interface ReadyReplicas {
    /** The names of the replicas that are ready, with or without this one. Must not block. */
    Set<String> names();
}
