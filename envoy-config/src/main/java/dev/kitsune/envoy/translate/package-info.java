/** What a proxy may have, and each resource by its name: the one door to translation. */
@NullMarked
package dev.kitsune.envoy.translate;

import org.jspecify.annotations.NullMarked;
