/** What a test puts between Envoys and their control plane, and a control plane that is a process of its own. */
@NullMarked
package dev.kitsune.e2e.xds;

import org.jspecify.annotations.NullMarked;
