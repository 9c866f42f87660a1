/** Clusters: component versions, the app beside a sidecar, and adapters. */
@NullMarked
package dev.kitsune.envoy.cluster;

import org.jspecify.annotations.NullMarked;
