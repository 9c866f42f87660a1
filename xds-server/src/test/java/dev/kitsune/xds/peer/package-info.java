/** Tests of the certificates of proxies. */
@NullMarked
package dev.kitsune.xds.peer;

import org.jspecify.annotations.NullMarked;
