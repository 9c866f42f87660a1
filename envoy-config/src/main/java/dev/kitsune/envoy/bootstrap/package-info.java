/** The file an Envoy starts with. */
@NullMarked
package dev.kitsune.envoy.bootstrap;

import org.jspecify.annotations.NullMarked;
