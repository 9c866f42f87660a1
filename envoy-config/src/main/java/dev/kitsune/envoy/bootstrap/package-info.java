/** The bootstrap files. */
@NullMarked
package dev.kitsune.envoy.bootstrap;

import org.jspecify.annotations.NullMarked;
