/**
 * The measured mesh and its control plane. It has any number of virtual environments, each different from all others.
 */
@NullMarked
package dev.kitsune.bench.world;

import org.jspecify.annotations.NullMarked;
