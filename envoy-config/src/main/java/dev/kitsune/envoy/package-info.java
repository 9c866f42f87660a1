/**
 * Translate: pure functions from a snapshot and a proxy to Envoy resources. Here stands what resources of several types have in
 * common; each type of resource has a package of its own, and {@link dev.kitsune.envoy.translate} puts them together.
 */
@NullMarked
package dev.kitsune.envoy;

import org.jspecify.annotations.NullMarked;
