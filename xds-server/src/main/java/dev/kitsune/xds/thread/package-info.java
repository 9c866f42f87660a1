/** How the threads beside the pipeline end. */
@NullMarked
package dev.kitsune.xds.thread;

import org.jspecify.annotations.NullMarked;
