@NullMarked
package dev.kitsune.xds.identity;

import org.jspecify.annotations.NullMarked;
