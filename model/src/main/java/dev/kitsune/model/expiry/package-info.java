/** When virtual environments end by themselves, from when they were seen and used. Pure: no clock, no IO. */
@NullMarked
package dev.kitsune.model.expiry;

import org.jspecify.annotations.NullMarked;
