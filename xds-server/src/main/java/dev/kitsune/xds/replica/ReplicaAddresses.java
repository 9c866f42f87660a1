package dev.kitsune.xds.replica;

import com.google.common.net.HostAndPort;
import java.util.Set;

/** Knows where the other replicas are. */
@FunctionalInterface
public interface ReplicaAddresses {
    /** The xDS ports of the other replicas that may have streams, also of those that are about to end. Must not block. */
    Set<HostAndPort> others();
}
