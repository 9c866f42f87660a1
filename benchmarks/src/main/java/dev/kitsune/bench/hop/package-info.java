/** The benchmark of requests through two sidecars, and through static Envoy configurations of the same hops. */
@NullMarked
package dev.kitsune.bench.hop;

import org.jspecify.annotations.NullMarked;
