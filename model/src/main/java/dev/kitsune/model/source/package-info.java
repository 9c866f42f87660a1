/** Read: where manifests come from, and where their last good versions are kept. Interfaces alone: no IO. */
@NullMarked
package dev.kitsune.model.source;

import org.jspecify.annotations.NullMarked;
