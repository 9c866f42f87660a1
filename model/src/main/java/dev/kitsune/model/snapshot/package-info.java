/** The immutable result of resolving, which is all that translation sees. */
@NullMarked
package dev.kitsune.model.snapshot;

import org.jspecify.annotations.NullMarked;
