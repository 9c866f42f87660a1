/** The benchmarks, which measure Kitsune's costs on this machine. */
@NullMarked
package dev.kitsune.bench;

import org.jspecify.annotations.NullMarked;
