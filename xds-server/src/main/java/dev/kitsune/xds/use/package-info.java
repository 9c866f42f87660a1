/** The proxies' reports of used virtual environments, which their access logs send. */
@NullMarked
package dev.kitsune.xds.use;

import org.jspecify.annotations.NullMarked;
