/** Publish: every resource once, packed and versioned, kept while somebody subscribes, made anew only when an input changed. */
@NullMarked
package dev.kitsune.xds.store;

import org.jspecify.annotations.NullMarked;
