/** Publish: the delta streams of ADS. */
@NullMarked
package dev.kitsune.xds.delta;

import org.jspecify.annotations.NullMarked;
