/** What of a folder Envoys would refuse, found before any of them is told. */
@NullMarked
package dev.kitsune.xds.check;

import org.jspecify.annotations.NullMarked;
