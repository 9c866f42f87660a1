/** ScopedRouteConfigurations: which virtual environment's routes a request sees. */
@NullMarked
package dev.kitsune.envoy.scope;

import org.jspecify.annotations.NullMarked;
