package dev.kitsune.xds.replica;

import com.google.common.net.HostAndPort;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.TimeUnit;

/** Opens connections to the xDS port of the holder. */
@FunctionalInterface
public interface HolderChannels {
    /** Connections without encryption. A connection that the network has lost is found after ten seconds. */
    HolderChannels PLAINTEXT = address -> NettyChannelBuilder.forAddress(address.getHost(), address.getPort())
            .usePlaintext()
            .keepAliveTime(10, TimeUnit.SECONDS)
            .keepAliveTimeout(5, TimeUnit.SECONDS)
            .build();

    ManagedChannel open(HostAndPort address);
}
