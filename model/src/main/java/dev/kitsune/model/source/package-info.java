/** Read: the sources of manifests, and the stores of their last good versions. Interfaces only, without IO. */
@NullMarked
package dev.kitsune.model.source;

import org.jspecify.annotations.NullMarked;
