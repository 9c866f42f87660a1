/**
 * The expiry of virtual environments, computed from the times of first sight and last use. Pure, without clock or IO.
 */
@NullMarked
package dev.kitsune.model.expiry;

import org.jspecify.annotations.NullMarked;
