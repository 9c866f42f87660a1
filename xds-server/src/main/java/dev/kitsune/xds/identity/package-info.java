/** Who calls the port for Envoys, and what he may be. */
@NullMarked
package dev.kitsune.xds.identity;

import org.jspecify.annotations.NullMarked;
