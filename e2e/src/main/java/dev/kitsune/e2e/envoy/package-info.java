/** A real Envoy: where its binary comes from, how it runs and what its admin port says. */
@NullMarked
package dev.kitsune.e2e.envoy;

import org.jspecify.annotations.NullMarked;
