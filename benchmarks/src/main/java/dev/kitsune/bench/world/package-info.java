/**
 * The mesh that is measured: any number of virtual environments, each different from all others, and its control plane.
 */
@NullMarked
package dev.kitsune.bench.world;

import org.jspecify.annotations.NullMarked;
