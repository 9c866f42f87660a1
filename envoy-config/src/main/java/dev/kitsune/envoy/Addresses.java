package dev.kitsune.envoy;

import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;

/** Socket addresses in Envoy's form. */
public final class Addresses {
    private Addresses() {}

    /** Returns an address to listen on. {@code ::} stands for all addresses of the machine, as in other programs. */
    public static Address toListen(String host, int port) {
        Address address = of(host, port);
        return host.equals("::")
                ? address.toBuilder()
                        .setSocketAddress(address.getSocketAddress().toBuilder().setIpv4Compat(true))
                        .build()
                : address;
    }

    public static Address of(String host, int port) {
        return Address.newBuilder()
                .setSocketAddress(SocketAddress.newBuilder().setAddress(host).setPortValue(port))
                .build();
    }
}
