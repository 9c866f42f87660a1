@NullMarked
package dev.kitsune.xds.tls;

import org.jspecify.annotations.NullMarked;
