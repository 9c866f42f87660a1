/** What a process needs that serves a cluster, together. */
@NullMarked
package dev.kitsune.k8s.serve;

import org.jspecify.annotations.NullMarked;
