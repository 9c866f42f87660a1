/** A plain client of the delta protocol, and a mesh that is made up, to test the server without translation. */
@NullMarked
package dev.kitsune.xds.protocol;

import org.jspecify.annotations.NullMarked;
