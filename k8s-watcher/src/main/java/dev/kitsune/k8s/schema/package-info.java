/** The JSON Schema by which an editor completes, explains and checks what users write. */
@NullMarked
package dev.kitsune.k8s.schema;

import org.jspecify.annotations.NullMarked;
