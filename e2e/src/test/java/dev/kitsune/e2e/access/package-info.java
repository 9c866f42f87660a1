/** Real Envoys that say to the control plane who they are. */
@NullMarked
package dev.kitsune.e2e.access;

import org.jspecify.annotations.NullMarked;
