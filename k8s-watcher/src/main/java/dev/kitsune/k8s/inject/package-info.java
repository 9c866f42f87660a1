/** Inject: a labelled pod gets its sidecar. Pure, without IO and without a clock, and without knowledge of Envoy. */
@NullMarked
package dev.kitsune.k8s.inject;

import org.jspecify.annotations.NullMarked;
