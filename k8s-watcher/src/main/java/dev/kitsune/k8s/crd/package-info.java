/** The custom resource definitions: what the API server knows of Kitsune's kinds, and what it refuses by itself. */
@NullMarked
package dev.kitsune.k8s.crd;

import org.jspecify.annotations.NullMarked;
