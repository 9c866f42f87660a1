/** Publish: the gRPC server. */
@NullMarked
package dev.kitsune.xds.server;

import org.jspecify.annotations.NullMarked;
