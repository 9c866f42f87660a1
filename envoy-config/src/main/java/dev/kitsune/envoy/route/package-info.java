/** RouteConfigurations: small, one for each kind of proxy, direction and virtual environment that differs. */
@NullMarked
package dev.kitsune.envoy.route;

import org.jspecify.annotations.NullMarked;
