/** ClusterLoadAssignments: where component versions run. */
@NullMarked
package dev.kitsune.envoy.endpoint;

import org.jspecify.annotations.NullMarked;
