/** Resolve: runs the steps for what a change makes stale, and joins their results to one snapshot. */
@NullMarked
package dev.kitsune.model.resolve;

import org.jspecify.annotations.NullMarked;
