/** Resolve: runs the steps for everything that a change makes stale, and joins their results to one snapshot. */
@NullMarked
package dev.kitsune.model.resolve;

import org.jspecify.annotations.NullMarked;
