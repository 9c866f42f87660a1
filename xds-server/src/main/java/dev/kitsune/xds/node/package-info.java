/** Which proxy makes a call. */
@NullMarked
package dev.kitsune.xds.node;

import org.jspecify.annotations.NullMarked;
