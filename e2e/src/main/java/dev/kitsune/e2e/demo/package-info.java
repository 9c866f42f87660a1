/** The demo, a small shop in which several virtual environments share the same processes. */
@NullMarked
package dev.kitsune.e2e.demo;

import org.jspecify.annotations.NullMarked;
