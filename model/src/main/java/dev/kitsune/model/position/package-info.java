/** Where in the users' files something stands: manifests and problems both say it. */
@NullMarked
package dev.kitsune.model.position;

import org.jspecify.annotations.NullMarked;
