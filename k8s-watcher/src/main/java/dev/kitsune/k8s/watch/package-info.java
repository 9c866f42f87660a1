/** Read: the lists and watches of the API server, which deliver every change of a cluster, and never a part of one. */
@NullMarked
package dev.kitsune.k8s.watch;

import org.jspecify.annotations.NullMarked;
