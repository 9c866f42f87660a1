/** The route trace held against real Envoys, over generated virtual environments and requests. */
@NullMarked
package dev.kitsune.e2e.trace;

import org.jspecify.annotations.NullMarked;
