/** The names of all resources. Apart from the snapshot, a resource depends only on its name. */
@NullMarked
package dev.kitsune.envoy.name;

import org.jspecify.annotations.NullMarked;
