/** One virtual environment's change, until many proxies have it. */
@NullMarked
package dev.kitsune.bench.change;

import org.jspecify.annotations.NullMarked;
