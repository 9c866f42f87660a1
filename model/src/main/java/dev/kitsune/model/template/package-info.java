/** Templates over a virtual environment's variables and secrets. */
@NullMarked
package dev.kitsune.model.template;

import org.jspecify.annotations.NullMarked;
