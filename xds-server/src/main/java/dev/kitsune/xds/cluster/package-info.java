/** Everything that a cluster adds: its objects as an input, its other replicas, and the status of its objects. */
@NullMarked
package dev.kitsune.xds.cluster;

import org.jspecify.annotations.NullMarked;
