/** Pods as network namespaces, with captured calls, a node between them, and real Envoys. Only root can make them. */
@NullMarked
package dev.kitsune.e2e.net;

import org.jspecify.annotations.NullMarked;
