/** The benchmark of a change of one virtual environment, until many proxies have it. */
@NullMarked
package dev.kitsune.bench.change;

import org.jspecify.annotations.NullMarked;
