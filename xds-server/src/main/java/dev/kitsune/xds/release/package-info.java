/** Decide: the output and the log of releases. */
@NullMarked
package dev.kitsune.xds.release;

import org.jspecify.annotations.NullMarked;
