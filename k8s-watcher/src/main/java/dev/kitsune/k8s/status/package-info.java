/** Status: what Kitsune tells users about their objects, in the objects themselves and in Events. */
@NullMarked
package dev.kitsune.k8s.status;

import org.jspecify.annotations.NullMarked;
