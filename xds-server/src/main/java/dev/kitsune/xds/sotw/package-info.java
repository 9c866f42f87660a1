/** Publish: state-of-the-world streams, by the server of java-control-plane, from the same store. */
@NullMarked
package dev.kitsune.xds.sotw;

import org.jspecify.annotations.NullMarked;
