/** Programs that are started, and end with this one. */
@NullMarked
package dev.kitsune.e2e.process;

import org.jspecify.annotations.NullMarked;
