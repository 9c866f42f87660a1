package dev.kitsune.xds.cli;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An address as users write it: {@code 127.0.0.1:18000}, {@code localhost:18000}, {@code [::1]:18000}. */
record HostPort(String host, int port) {
    /** The default address for Envoys. */
    static final String XDS = "127.0.0.1:18000";

    /** The default address of the inspection API. */
    static final String HTTP = "127.0.0.1:18001";

    /** The address to listen on; refuses one that this machine does not have. */
    InetSocketAddress local(String option) {
        InetSocketAddress address = new InetSocketAddress(host, port);
        InetAddress ip = address.getAddress();
        if (ip == null) {
            throw CommandException.usage(option + " " + this + ": there is no host of this name");
        }
        try {
            // Some systems have all of 127.0.0.0/8, and name one of them.
            if (!ip.isAnyLocalAddress() && !ip.isLoopbackAddress() && NetworkInterface.getByInetAddress(ip) == null) {
                throw CommandException.usage(
                        option + " " + this + ": this machine has no such address; 127.0.0.1 accepts only local"
                                + " connections, 0.0.0.0 accepts all");
            }
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
        return address;
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** Reads an address from an option. */
    static final class HostPortConverter implements ITypeConverter<HostPort> {
        @Override
        public HostPort convert(String text) {
            int colon = text.lastIndexOf(':');
            if (colon <= 0) {
                throw new TypeConversionException("'" + text + "' is not HOST:PORT, such as 127.0.0.1:18000");
            }
            String host = text.substring(0, colon);
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            } else if (host.contains(":")) {
                throw new TypeConversionException("'" + text + "': write an IPv6 address in brackets: [::1]:18000");
            }
            return new HostPort(host, port(text, text.substring(colon + 1)));
        }

        private static int port(String text, String digits) {
            if (!digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) > 65535) {
                throw new TypeConversionException("'" + text + "': the port is a number from 0 to 65535");
            }
            return Integer.parseInt(digits);
        }
    }
}
