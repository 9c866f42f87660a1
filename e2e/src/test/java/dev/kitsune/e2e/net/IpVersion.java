package dev.kitsune.e2e.net;

import dev.kitsune.k8s.inject.CaptureRules.IpFamily;

/** A family of IP addresses, with the addresses of everything in it. */
enum IpVersion {
    V4(IpFamily.IPV4, "10.250.0.", "10.96.0.", 32, 24),
    V6(IpFamily.IPV6, "fd00:250::", "fd00:96::", 128, 64);

    private final IpFamily rules;
    private final String pods;
    private final String services;
    private final int bits;
    private final int prefix;

    IpVersion(IpFamily rules, String pods, String services, int bits, int prefix) {
        this.rules = rules;
        this.pods = pods;
        this.services = services;
        this.bits = bits;
        this.prefix = prefix;
    }

    IpFamily rules() {
        return rules;
    }

    String program() {
        return this == V4 ? "iptables" : "ip6tables";
    }

    /** Returns the address of a pod, or of the node, by its last part. */
    String pod(int last) {
        return pods + last;
    }

    String service(int last) {
        return services + last;
    }

    /** Returns an address as a request names it. */
    String host(String address) {
        return this == V6 ? "[" + address + "]" : address;
    }

    /** Returns an address with the prefix of its network. */
    String inNetwork(String address) {
        return address + "/" + prefix;
    }

    /** Returns an address as a range of its own. */
    String alone(String address) {
        return address + "/" + bits;
    }

    String network() {
        return pod(0).replaceFirst("::0$", "::") + "/" + prefix;
    }

    String loopback() {
        return this == V4 ? "127.0.0.1" : "::1";
    }
}
