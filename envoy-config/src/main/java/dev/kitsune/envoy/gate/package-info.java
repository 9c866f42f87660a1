/** What Envoy would refuse of a resource, found before the resource is published. */
@NullMarked
package dev.kitsune.envoy.gate;

import org.jspecify.annotations.NullMarked;
