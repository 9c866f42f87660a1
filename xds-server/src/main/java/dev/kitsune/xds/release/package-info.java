/** Decide: which releases are in force, kept over restarts before anything of it is published. */
@NullMarked
package dev.kitsune.xds.release;

import org.jspecify.annotations.NullMarked;
