/** ScopedRouteConfigurations, which select the routes of a request's virtual environment. */
@NullMarked
package dev.kitsune.envoy.scope;

import org.jspecify.annotations.NullMarked;
