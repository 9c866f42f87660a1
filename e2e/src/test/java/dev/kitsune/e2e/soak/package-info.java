/** A control plane that runs for a long time under steady change. */
@NullMarked
package dev.kitsune.e2e.soak;

import org.jspecify.annotations.NullMarked;
