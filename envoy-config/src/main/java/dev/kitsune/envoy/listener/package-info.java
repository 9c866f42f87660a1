/** Listeners: the ports of a gateway and of a sidecar, and the filters that determine a request's context. */
@NullMarked
package dev.kitsune.envoy.listener;

import org.jspecify.annotations.NullMarked;
