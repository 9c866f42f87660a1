/** Expire: finds the expired virtual environments before anything is resolved. */
@NullMarked
package dev.kitsune.xds.expiry;

import org.jspecify.annotations.NullMarked;
