/** The program that the launcher script starts. */
@NullMarked
package dev.kitsune;

import org.jspecify.annotations.NullMarked;
