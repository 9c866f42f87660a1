package dev.kitsune.e2e.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/**
 * The network of the pods: a bridge of this machine, with an address at which pods reach what runs on the node. It needs no
 * rules of netfilter, and leads nowhere else.
 */
final class NodeNetwork {
    static final String PLUGINS = "/usr/lib/cni";
    static final List<String> PLUGINS_NEEDED = List.of("bridge", "host-local", "loopback");

    private static final int FIRST_SUBNET = 8;
    private static final int SUBNETS = 200;

    private final String subnet;
    private final Path configuration;

    private NodeNetwork(String subnet, Path configuration) {
        this.subnet = subnet;
        this.configuration = configuration;
    }

    /** Makes the bridge, in a subnet that this machine does not have yet. */
    static NodeNetwork create(NodePlace place) throws IOException, InterruptedException {
        NodeNetwork network = new NodeNetwork(freeSubnet(), place.folder("cni"));
        Path addresses = place.folder("cni-addresses");
        NodeCommand.run("ip", "link", "add", NodeRemains.NAME, "type", "bridge");
        NodeCommand.run("ip", "addr", "add", network.address() + "/24", "dev", NodeRemains.NAME);
        NodeCommand.run("ip", "link", "set", NodeRemains.NAME, "up");
        Files.writeString(network.configuration.resolve("10-node.conflist"), """
                {
                  "cniVersion": "0.4.0",
                  "name": "%1$s",
                  "plugins": [{
                    "type": "bridge",
                    "bridge": "%1$s",
                    "isGateway": false,
                    "ipMasq": false,
                    "hairpinMode": true,
                    "ipam": {
                      "type": "host-local",
                      "ranges": [[{"subnet": "%2$s.0/24", "gateway": "%2$s.1"}]],
                      "routes": [{"dst": "0.0.0.0/0", "gw": "%2$s.1"}],
                      "dataDir": "%3$s"
                    }
                  }]
                }
                """.formatted(
                        NodeRemains.NAME, network.subnet, addresses));
        return network;
    }

    private static String freeSubnet() throws IOException {
        List<String> taken = Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                .flatMap(NetworkInterface::inetAddresses)
                .map(InetAddress::getHostAddress)
                .toList();
        for (int i = FIRST_SUBNET; i < FIRST_SUBNET + SUBNETS; i++) {
            String subnet = "10.251." + i;
            if (taken.stream().noneMatch(address -> address.startsWith(subnet + "."))) {
                return subnet;
            }
        }
        throw new IOException("this machine has addresses in all networks 10.251.*.0/24");
    }

    /** Returns the address of the node, as the pods see it. */
    String address() {
        return subnet + ".1";
    }

    /** Returns the folder with the configuration of CNI. */
    Path configuration() {
        return configuration;
    }
}
