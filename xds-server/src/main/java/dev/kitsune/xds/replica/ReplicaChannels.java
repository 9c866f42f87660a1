package dev.kitsune.xds.replica;

import com.google.common.net.HostAndPort;
import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Opens connections to the xDS ports of other replicas. */
@FunctionalInterface
public interface ReplicaChannels {
    /**
     * A connection that the network has lost is found after ten seconds.
     *
     * @param name that the certificates of all replicas hold; null for the address that is dialled
     */
    static ReplicaChannels by(ChannelCredentials credentials, @Nullable String name) {
        return address -> {
            NettyChannelBuilder builder = NettyChannelBuilder.forAddress(
                            address.getHost(), address.getPort(), credentials)
                    .keepAliveTime(10, TimeUnit.SECONDS)
                    .keepAliveTimeout(5, TimeUnit.SECONDS);
            return (name == null ? builder : builder.overrideAuthority(name)).build();
        };
    }

    ManagedChannel open(HostAndPort address);
}
