package dev.kitsune.xds.load;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.Set;

/**
 * The other replicas that serve the same. A proxy has its stream at one replica, and its calls may arrive at another
 * one. Must not block.
 */
public interface OtherReplicas extends AutoCloseable {
    /** There are none. */
    OtherReplicas NONE = new OtherReplicas() {
        @Override
        public List<ServerServiceDefinition> services(StreamsHere here) {
            return List.of();
        }

        @Override
        public List<LoadPlace> places() {
            return List.of();
        }

        @Override
        public void used(String nodeId, Set<VirtualEnvironmentName> virtualEnvironments) {}

        @Override
        public void close() {}
    };

    /** Returns the services by which they reach the streams of this replica. Is called once, before anything else. */
    List<ServerServiceDefinition> services(StreamsHere here);

    /** Returns those that may have streams now. */
    List<LoadPlace> places();

    /** Tells them what a proxy uses, which may have its stream there. */
    void used(String nodeId, Set<VirtualEnvironmentName> virtualEnvironments);

    /** Is called when the port for Envoys is closed. */
    @Override
    void close();
}
