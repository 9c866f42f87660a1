/** Releases: which one is in force, which one waits and for what, and what was before. Pure: no clock, no IO. */
@NullMarked
package dev.kitsune.model.release;

import org.jspecify.annotations.NullMarked;
