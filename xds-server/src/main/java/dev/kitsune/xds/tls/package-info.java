/** Certificates and keys: how they are made, written and read. */
@NullMarked
package dev.kitsune.xds.tls;

import org.jspecify.annotations.NullMarked;
