/** Read: the objects of a cluster as a changing catalog. Pure, without IO and without a clock. */
@NullMarked
package dev.kitsune.k8s.read;

import org.jspecify.annotations.NullMarked;
