/** A relay between Envoys and their control plane, and a control plane in a separate process. */
@NullMarked
package dev.kitsune.e2e.xds;

import org.jspecify.annotations.NullMarked;
