/** A simple client of the delta protocol and an artificial mesh, which test the server without translation. */
@NullMarked
package dev.kitsune.xds.protocol;

import org.jspecify.annotations.NullMarked;
