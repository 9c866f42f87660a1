/** How the threads beside the pipeline end, and how often events are reported that may come by the thousand. */
@NullMarked
package dev.kitsune.xds.thread;

import org.jspecify.annotations.NullMarked;
