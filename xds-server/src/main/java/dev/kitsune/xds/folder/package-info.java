/** Read: a watched folder as a changing catalog. A swap, a torn write or an emptied folder does no harm. */
@NullMarked
package dev.kitsune.xds.folder;

import org.jspecify.annotations.NullMarked;
