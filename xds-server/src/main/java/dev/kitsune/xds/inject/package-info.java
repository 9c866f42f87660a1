/** Inject: the webhook that gives pods their sidecars, and what their Envoys start with. */
@NullMarked
package dev.kitsune.xds.inject;

import org.jspecify.annotations.NullMarked;
