/** The commands, with their options, output and exit codes. */
@NullMarked
package dev.kitsune.xds.cli;

import org.jspecify.annotations.NullMarked;
