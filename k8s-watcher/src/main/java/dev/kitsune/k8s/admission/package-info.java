/** The admission policies: what the API server refuses because of the rights of the one who writes. */
@NullMarked
package dev.kitsune.k8s.admission;

import org.jspecify.annotations.NullMarked;
