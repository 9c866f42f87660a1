/** One environment's change, until many proxies have it. */
@NullMarked
package dev.kitsune.e2e.bench.change;

import org.jspecify.annotations.NullMarked;
