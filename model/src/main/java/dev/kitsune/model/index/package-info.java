/** Objects by what refers to them, what each step found, and the record of what each step read. */
@NullMarked
package dev.kitsune.model.index;

import org.jspecify.annotations.NullMarked;
