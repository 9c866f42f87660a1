package dev.kitsune.xds.server;

import dev.kitsune.xds.load.OtherReplicas;
import io.grpc.ServerServiceDefinition;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What makes a server one of several replicas.
 *
 * @param services further services of its port, for the other replicas
 * @param others at which proxies may have the streams to which their calls belong
 * @param connectionAge after which a connection ends, give or take a tenth, so that clients spread over the replicas;
 *     null for never
 */
public record Peers(
        List<ServerServiceDefinition> services,
        OtherReplicas others,
        @Nullable Duration connectionAge) {
    /** There is one server alone. */
    public static final Peers NONE = new Peers(List.of(), OtherReplicas.NONE, null);

    public Peers {
        services = List.copyOf(services);
    }
}
