/** One virtual environment for requests: adapters, routes, mirrors and credentials rendered and checked. */
@NullMarked
package dev.kitsune.model.environment;

import org.jspecify.annotations.NullMarked;
