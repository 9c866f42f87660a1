/** Authority: where a cluster keeps the certificate authorities of the mesh, and from where its pods take them. */
@NullMarked
package dev.kitsune.k8s.authority;

import org.jspecify.annotations.NullMarked;
