/** The pipeline that takes one change through all stages, and the served state after it. */
@NullMarked
package dev.kitsune.xds.pipeline;

import org.jspecify.annotations.NullMarked;
