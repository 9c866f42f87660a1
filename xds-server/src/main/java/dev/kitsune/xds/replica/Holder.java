package dev.kitsune.xds.replica;

import com.google.common.net.HostAndPort;
import org.jspecify.annotations.Nullable;

/** Knows which replica holds the lease, and so decides and writes. */
public interface Holder {
    boolean isThisReplica();

    /** Returns the xDS port of the replica that holds the lease; null while nobody does. */
    @Nullable
    HostAndPort address();
}
