package dev.kitsune.k8s.watch;

import dev.kitsune.k8s.read.ClusterState;

/** Changes the state by something that the API server has said. */
@FunctionalInterface
interface StateUpdate {
    void apply(ClusterState state);
}
