/** Requests through two sidecars, beside a static Envoy configuration of the same hops. */
@NullMarked
package dev.kitsune.bench.hop;

import org.jspecify.annotations.NullMarked;
