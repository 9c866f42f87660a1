/** Finds the faults for which Envoy would reject a resource, before the resource is published. */
@NullMarked
package dev.kitsune.envoy.gate;

import org.jspecify.annotations.NullMarked;
