/** A whole mesh on loopback: a folder of manifests, and for its workloads the apps, their sidecars and a gateway. */
@NullMarked
package dev.kitsune.e2e.mesh;

import org.jspecify.annotations.NullMarked;
