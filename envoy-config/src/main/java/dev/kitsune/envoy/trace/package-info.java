/** Traces a request through the resources that Envoys are given, as Envoy would go through them. */
@NullMarked
package dev.kitsune.envoy.trace;

import org.jspecify.annotations.NullMarked;
