package dev.kitsune.xds.replica;

import dev.kitsune.xds.load.LoadAnswer;
import org.jspecify.annotations.Nullable;

/**
 * What a replica says of a {@link PassedCall} with a load.
 *
 * @param answer null while it loads: it has a stream of the proxy
 */
record PassedAnswer(long id, @Nullable LoadAnswer answer) {}
