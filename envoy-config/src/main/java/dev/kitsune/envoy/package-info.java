/**
 * Translate: pure functions from a snapshot and a proxy to Envoy resources. This package holds the common parts of
 * resources of several types. Each type of resource has a package of its own, and {@link dev.kitsune.envoy.translate}
 * combines them.
 */
@NullMarked
package dev.kitsune.envoy;

import org.jspecify.annotations.NullMarked;
