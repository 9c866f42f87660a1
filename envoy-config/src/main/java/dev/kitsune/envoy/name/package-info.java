/** The names of all resources: what is written in a name is all that a resource may depend on beside the snapshot. */
@NullMarked
package dev.kitsune.envoy.name;

import org.jspecify.annotations.NullMarked;
