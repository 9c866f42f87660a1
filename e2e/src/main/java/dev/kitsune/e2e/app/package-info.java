/** The stand-ins of a mesh: apps that pass their context on, and an external payment API. */
@NullMarked
package dev.kitsune.e2e.app;

import org.jspecify.annotations.NullMarked;
