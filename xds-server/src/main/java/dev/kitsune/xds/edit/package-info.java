/** Edits of what users write, which keep everything else as it was written. */
@NullMarked
package dev.kitsune.xds.edit;

import org.jspecify.annotations.NullMarked;
