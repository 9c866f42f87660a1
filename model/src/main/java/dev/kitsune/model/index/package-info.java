/** The index of objects, the results of each step, and the dependency recorder of each step. */
@NullMarked
package dev.kitsune.model.index;

import org.jspecify.annotations.NullMarked;
