/**
 * Publish: every resource once, packed and versioned. A resource is kept while a stream subscribes to it, and made
 * again only when an input has changed.
 */
@NullMarked
package dev.kitsune.xds.store;

import org.jspecify.annotations.NullMarked;
