/** Envoy's messages as people read them. */
@NullMarked
package dev.kitsune.envoy.json;

import org.jspecify.annotations.NullMarked;
