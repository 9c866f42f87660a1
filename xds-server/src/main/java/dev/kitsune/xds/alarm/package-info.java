/** The clock and scheduler. */
@NullMarked
package dev.kitsune.xds.alarm;

import org.jspecify.annotations.NullMarked;
