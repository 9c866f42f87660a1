/** Finds, starts and inspects a real API server of Kubernetes. */
@NullMarked
package dev.kitsune.e2e.kube;

import org.jspecify.annotations.NullMarked;
