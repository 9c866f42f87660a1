/** Finds the faults in a folder for which Envoys would reject resources, before any Envoy receives them. */
@NullMarked
package dev.kitsune.xds.check;

import org.jspecify.annotations.NullMarked;
