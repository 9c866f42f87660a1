/** The certificates that proxies show to each other. They join what was read, as Secrets that only Kitsune can name. */
@NullMarked
package dev.kitsune.xds.peer;

import org.jspecify.annotations.NullMarked;
