/** One virtual environment for requests: adapters, routes, mirrors and credentials rendered and checked. */
@NullMarked
package dev.kitsune.model.virtualenvironment;

import org.jspecify.annotations.NullMarked;
