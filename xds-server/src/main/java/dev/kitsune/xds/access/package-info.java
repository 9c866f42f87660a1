/** Who may use the port for Envoys where no cluster knows it: the proxies that show a token or a client certificate. */
@NullMarked
package dev.kitsune.xds.access;

import org.jspecify.annotations.NullMarked;
