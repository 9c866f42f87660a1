/** A whole mesh on loopback, with a folder of manifests, a gateway, and an app and a sidecar for each workload. */
@NullMarked
package dev.kitsune.e2e.mesh;

import org.jspecify.annotations.NullMarked;
