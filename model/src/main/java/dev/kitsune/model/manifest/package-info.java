/** The kinds of objects as users wrote them: immutable records without any resolving. */
@NullMarked
package dev.kitsune.model.manifest;

import org.jspecify.annotations.NullMarked;
