/** Checks that real Envoys accept manifests that pass {@code kitsune check}. */
@NullMarked
package dev.kitsune.e2e.accepted;

import org.jspecify.annotations.NullMarked;
