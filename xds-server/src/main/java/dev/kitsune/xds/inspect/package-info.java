/** Inspect: the served state and its origins, over HTTP, as JSON and as one page. */
@NullMarked
package dev.kitsune.xds.inspect;

import org.jspecify.annotations.NullMarked;
