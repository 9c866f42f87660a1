/** The cost of one hop, counted instead of timed. */
@NullMarked
package dev.kitsune.e2e.cost;

import org.jspecify.annotations.NullMarked;
