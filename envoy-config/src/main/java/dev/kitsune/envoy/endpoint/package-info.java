/** ClusterLoadAssignments: the endpoints of component versions. */
@NullMarked
package dev.kitsune.envoy.endpoint;

import org.jspecify.annotations.NullMarked;
