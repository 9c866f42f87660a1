package dev.kitsune.xds.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The machine or pod in which this process runs. */
final class LocalHost {
    private LocalHost() {}

    static String name() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            throw CommandException.usage("this host has no name: name the replica with --replica");
        }
    }
}
