/** Envoy's messages as JSON for people. */
@NullMarked
package dev.kitsune.envoy.json;

import org.jspecify.annotations.NullMarked;
