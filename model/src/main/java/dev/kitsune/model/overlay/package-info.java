/** One virtual environment on top of its parent: data, releases, component versions and declarations. */
@NullMarked
package dev.kitsune.model.overlay;

import org.jspecify.annotations.NullMarked;
