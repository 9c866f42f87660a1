/** Translate: pure functions from a snapshot and a proxy to Envoy resources. */
@NullMarked
package dev.kitsune.envoy;

import org.jspecify.annotations.NullMarked;
