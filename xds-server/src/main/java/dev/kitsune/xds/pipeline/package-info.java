/** The way of one change through resolving and publishing, and what is served after it. */
@NullMarked
package dev.kitsune.xds.pipeline;

import org.jspecify.annotations.NullMarked;
