/** Services without pods, so that the names of components and adapters resolve. */
@NullMarked
package dev.kitsune.k8s.service;

import org.jspecify.annotations.NullMarked;
