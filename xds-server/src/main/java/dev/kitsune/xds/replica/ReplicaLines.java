package dev.kitsune.xds.replica;

import com.google.common.net.HostAndPort;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.load.LoadPlace;
import dev.kitsune.xds.load.OtherReplicas;
import dev.kitsune.xds.load.StreamsHere;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The other replicas of a cluster. */
public final class ReplicaLines implements OtherReplicas {
    private final ReplicaAddresses addresses;
    private final ReplicaChannels channels;
    private final ReplicaToken token;

    /** Guarded by this, like the next two. */
    private final Map<HostAndPort, ReplicaLine> lines = new HashMap<>();

    private @Nullable PassedCallService service;
    private boolean closed;

    /**
     * The ways to other replicas, none of which is open yet.
     *
     * @param token is the same on all replicas and known to nobody else
     */
    public ReplicaLines(ReplicaAddresses addresses, ReplicaChannels channels, ReplicaToken token) {
        this.addresses = addresses;
        this.channels = channels;
        this.token = token;
    }

    @Override
    public synchronized List<ServerServiceDefinition> services(StreamsHere here) {
        PassedCallService made = new PassedCallService(here);
        service = made;
        return List.of(ServerInterceptors.intercept(made, new ReplicaTokenCheck(token)));
    }

    @Override
    public List<LoadPlace> places() {
        return List.copyOf(lines());
    }

    @Override
    public void used(String nodeId, Set<VirtualEnvironmentName> virtualEnvironments) {
        lines().forEach(line -> line.used(nodeId, virtualEnvironments));
    }

    private synchronized List<ReplicaLine> lines() {
        if (closed) {
            return List.of();
        }
        Set<HostAndPort> now = addresses.others();
        lines.entrySet().removeIf(line -> {
            boolean isGone = !now.contains(line.getKey());
            if (isGone) {
                line.getValue().close();
            }
            return isGone;
        });
        now.forEach(address -> lines.computeIfAbsent(address, to -> new ReplicaLine(to, channels, token)));
        return List.copyOf(lines.values());
    }

    /** The streams here are about to end. Proxies that call may have others already, so lines stay open. */
    public synchronized void takeNoMore() {
        if (service != null) {
            service.close();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        lines.values().forEach(ReplicaLine::close);
        lines.clear();
    }
}
