/** Compares the route trace with real Envoys, for generated virtual environments and requests. */
@NullMarked
package dev.kitsune.e2e.trace;

import org.jspecify.annotations.NullMarked;
