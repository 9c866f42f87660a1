/** The benchmarks: what the promises of speed and size come to on this machine. */
@NullMarked
package dev.kitsune.bench;

import org.jspecify.annotations.NullMarked;
