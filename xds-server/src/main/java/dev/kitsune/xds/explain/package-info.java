/** Explains a traced request in the users' words, with the files and lines that its route comes from. */
@NullMarked
package dev.kitsune.xds.explain;

import org.jspecify.annotations.NullMarked;
