/** Expire: which virtual environments have ended by themselves, decided before anything is resolved. */
@NullMarked
package dev.kitsune.xds.expiry;

import org.jspecify.annotations.NullMarked;
