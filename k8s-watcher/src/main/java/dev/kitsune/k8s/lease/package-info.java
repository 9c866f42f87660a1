/** Decide: the Lease by which one of several replicas decides. */
@NullMarked
package dev.kitsune.k8s.lease;

import org.jspecify.annotations.NullMarked;
