/** RouteConfigurations: small, one for each proxy kind, direction and environment that differs. */
@NullMarked
package dev.kitsune.envoy.route;

import org.jspecify.annotations.NullMarked;
