package dev.kitsune.xds.identity;

import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import java.util.concurrent.CompletableFuture;

/**
 * Who may use the port for Envoys, and how they reach it.
 *
 * @param transport TLS, or plaintext
 */
public record PortAccess(CallerCheck check, ServerCredentials transport) {
    /** Everyone who reaches the port may use it, so it must be a port on loopback. */
    public static final PortAccess OPEN = new PortAccess(
            credentials -> CompletableFuture.completedFuture(Caller.ANYONE), InsecureServerCredentials.create());
}
