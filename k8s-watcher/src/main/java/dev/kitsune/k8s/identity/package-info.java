/** Identity: which pod shows a token. The API server knows the token, and the watch of pods knows the pod. */
@NullMarked
package dev.kitsune.k8s.identity;

import org.jspecify.annotations.NullMarked;
