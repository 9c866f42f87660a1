/** The memory that the streams of very many proxies take, without Envoys and without sockets. */
@NullMarked
package dev.kitsune.bench.fleet;

import org.jspecify.annotations.NullMarked;
