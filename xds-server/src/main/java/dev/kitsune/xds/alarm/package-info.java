/** The time, for what happens by itself. */
@NullMarked
package dev.kitsune.xds.alarm;

import org.jspecify.annotations.NullMarked;
