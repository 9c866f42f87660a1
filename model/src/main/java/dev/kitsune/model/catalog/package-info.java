/** Everything that was read, with what stores know of it, and who comes first of several. */
@NullMarked
package dev.kitsune.model.catalog;

import org.jspecify.annotations.NullMarked;
