/** The proxies' reports of which virtual environments are used, as their access logs send them. */
@NullMarked
package dev.kitsune.xds.use;

import org.jspecify.annotations.NullMarked;
