/** Publish: tells others of which virtual environments the connected proxies have something else. */
@NullMarked
package dev.kitsune.xds.progress;

import org.jspecify.annotations.NullMarked;
