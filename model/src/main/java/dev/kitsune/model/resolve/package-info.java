/** Resolve: overlay chains, declarations and templates of all manifests to one snapshot, incrementally. */
@NullMarked
package dev.kitsune.model.resolve;

import org.jspecify.annotations.NullMarked;
