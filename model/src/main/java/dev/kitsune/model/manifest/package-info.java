/** The kinds that users write, as they wrote them: immutable records without any resolving. */
@NullMarked
package dev.kitsune.model.manifest;

import org.jspecify.annotations.NullMarked;
