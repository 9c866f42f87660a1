@NullMarked
package dev.kitsune.xds.inject;

import org.jspecify.annotations.NullMarked;
