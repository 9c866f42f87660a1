/** The finalizer that keeps a deleted object as long as something needs it. */
@NullMarked
package dev.kitsune.k8s.inuse;

import org.jspecify.annotations.NullMarked;
