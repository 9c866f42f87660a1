@NullMarked
package dev.kitsune.xds.access;

import org.jspecify.annotations.NullMarked;
