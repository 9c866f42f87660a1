/** The commands: what they take, what they print, and with which code they end. */
@NullMarked
package dev.kitsune.xds.cli;

import org.jspecify.annotations.NullMarked;
