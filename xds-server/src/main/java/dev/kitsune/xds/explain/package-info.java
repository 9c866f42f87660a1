/** "Why?": a traced request in the words of those who asked, with the files and lines that decided it. */
@NullMarked
package dev.kitsune.xds.explain;

import org.jspecify.annotations.NullMarked;
