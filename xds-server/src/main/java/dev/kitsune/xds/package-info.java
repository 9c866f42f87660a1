/** Publish and inspect. */
@NullMarked
package dev.kitsune.xds;

import org.jspecify.annotations.NullMarked;
