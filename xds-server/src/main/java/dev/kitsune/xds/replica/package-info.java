/** Several replicas: each one reports to the holder what it serves, what its proxies have, and what they use. */
@NullMarked
package dev.kitsune.xds.replica;

import org.jspecify.annotations.NullMarked;
