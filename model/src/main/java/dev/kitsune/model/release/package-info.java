/** Releases: the active one, the waiting one with its problems, and the history. Pure, without clock or IO. */
@NullMarked
package dev.kitsune.model.release;

import org.jspecify.annotations.NullMarked;
