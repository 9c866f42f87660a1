/** What {@code kitsune check} finds right, real Envoys take. */
@NullMarked
package dev.kitsune.e2e.accepted;

import org.jspecify.annotations.NullMarked;
