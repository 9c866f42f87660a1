/** The rights of proxies, and the translation of each resource by its name: the entry point of translation. */
@NullMarked
package dev.kitsune.envoy.translate;

import org.jspecify.annotations.NullMarked;
