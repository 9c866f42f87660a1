/** Everything that was read, with the data of stores about it, and the precedence of objects. */
@NullMarked
package dev.kitsune.model.catalog;

import org.jspecify.annotations.NullMarked;
