package dev.kitsune.xds.server;

import java.util.logging.Level;
import java.util.logging.Logger;

/** The log of gRPC, which is not SLF4J's: what it writes is set here, and nothing of Kitsune's is written to it. */
final class GrpcLog {
    /** Kept, because a logger that nobody holds forgets its level. */
    private static final Logger CONNECTIONS = Logger.getLogger("io.grpc.netty.NettyServerTransport");

    private GrpcLog() {}

    /** Whatever bytes somebody sends to the port, gRPC would write a stack trace of each connection. */
    static void leaveOutBrokenConnections() {
        CONNECTIONS.setLevel(Level.WARNING);
    }
}
