/** Positions in the users' files, for manifests and problems. */
@NullMarked
package dev.kitsune.model.position;

import org.jspecify.annotations.NullMarked;
