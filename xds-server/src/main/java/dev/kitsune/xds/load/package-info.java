/** The call by which a proxy loads a virtual environment at its first use. */
@NullMarked
package dev.kitsune.xds.load;

import org.jspecify.annotations.NullMarked;
