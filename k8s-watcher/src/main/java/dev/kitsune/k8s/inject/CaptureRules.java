package dev.kitsune.k8s.inject;

import dev.kitsune.model.manifest.AddressRange;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rules of netfilter that send what the app opens to the sidecar. Only what leaves the app is captured: callers reach
 * the pod as before.
 *
 * @param outboundPort of the sidecar
 * @param uid of the sidecar, whose own connections pass
 * @param excludedPorts connections to these ports pass
 * @param excludedRanges connections to these addresses pass
 */
public record CaptureRules(int outboundPort, int uid, List<Integer> excludedPorts, List<AddressRange> excludedRanges) {
    /** The chain that holds all rules but one: the jump to it. */
    static final String CHAIN = "KITSUNE_OUT";

    private static final String JUMP = "OUTPUT -p tcp -j " + CHAIN;

    /** A family of IP addresses. Each has rules of its own. */
    public enum IpFamily {
        IPV4("127.0.0.0/8"),
        IPV6("::1/128");

        private final String loopback;

        IpFamily(String loopback) {
            this.loopback = loopback;
        }

        private boolean has(AddressRange range) {
            return range.address().contains(":") == (this == IPV6);
        }
    }

    public CaptureRules {
        excludedPorts = List.copyOf(excludedPorts);
        excludedRanges = List.copyOf(excludedRanges);
    }

    /**
     * Returns the chain as a text for {@code iptables-restore --noflush}. A chain that exists is replaced, and nothing
     * else is touched. Nothing is captured before {@code OUTPUT} jumps to the chain.
     */
    public String chain(IpFamily family) {
        List<String> rules = new ArrayList<>();
        rules.add("-m owner --uid-owner " + uid + " -j RETURN");
        rules.add("-o lo -j RETURN");
        rules.add("-d " + family.loopback + " -j RETURN");
        excludedRanges.stream()
                .filter(family::has)
                .forEach(range -> rules.add("-d " + range.address() + "/" + range.bits() + " -j RETURN"));
        excludedPorts.forEach(port -> rules.add("-p tcp --dport " + port + " -j RETURN"));
        rules.add("-p tcp -j REDIRECT --to-ports " + outboundPort);
        return Stream.of(
                        Stream.of("*nat", ":" + CHAIN + " - [0:0]"),
                        rules.stream().map(rule -> "-A " + CHAIN + " " + rule),
                        Stream.of("COMMIT"))
                .flatMap(lines -> lines)
                .collect(Collectors.joining("\n", "", "\n"));
    }

    /**
     * Returns the text of a shell that sets the rules of both families, also where they are set already. It needs a
     * shell, the programs of iptables, and the capabilities NET_ADMIN and NET_RAW.
     */
    public String script() {
        // The kubelet would replace a "$(" in the arguments of a container.
        return """
            set -eu
            capture() {
                printf '%%s' "$2" | "$1-restore" --noflush
                "$1" -w -t nat -C %1$s 2>/dev/null || "$1" -w -t nat -A %1$s
                echo "kitsune: captured what leaves the app, by $1"
            }
            capture iptables '%2$s'
            if [ -e /proc/net/if_inet6 ]; then
                capture ip6tables '%3$s'
            else
                echo 'kitsune: the kernel of this node has no IPv6, so there is nothing to capture by ip6tables'
            fi
            """.formatted(JUMP, chain(IpFamily.IPV4), chain(IpFamily.IPV6));
    }
}
