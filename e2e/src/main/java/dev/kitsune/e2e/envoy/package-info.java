/** Finds, starts and inspects real Envoys. */
@NullMarked
package dev.kitsune.e2e.envoy;

import org.jspecify.annotations.NullMarked;
