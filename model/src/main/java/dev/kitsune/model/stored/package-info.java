/** The JSON of what Kitsune stores for its next process: in state files, and in the status of a cluster's objects. */
@NullMarked
package dev.kitsune.model.stored;

import org.jspecify.annotations.NullMarked;
