/** The program. */
@NullMarked
package dev.kitsune;

import org.jspecify.annotations.NullMarked;
