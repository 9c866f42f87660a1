/** Read: strict YAML to manifests, each field with its position. */
@NullMarked
package dev.kitsune.model.read;

import org.jspecify.annotations.NullMarked;
