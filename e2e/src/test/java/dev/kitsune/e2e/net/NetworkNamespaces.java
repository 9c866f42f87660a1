package dev.kitsune.e2e.net;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A node and its pods as network namespaces. Their names hold the id of this process, so that those of a process that has
 * died are recognised and removed. Nothing in the namespace of the machine changes.
 */
final class NetworkNamespaces implements AutoCloseable {
    private static final String PREFIX = "kitsune-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "([0-9]+)-[a-z0-9]+");
    private static final String NODE = "node";
    private static final int NODE_ADDRESS = 1;

    private final String own = PREFIX + ProcessHandle.current().pid() + "-";

    /** Skips a test on a machine that cannot make namespaces, and says why. */
    static void assumePossible() {
        assumeThat(System.getProperty("user.name"))
                .as("the user who makes network namespaces")
                .isEqualTo("root");
        for (String program : List.of("ip", "iptables", "ip6tables", "setpriv", "curl")) {
            assumeThat(isInstalled(program))
                    .as("%s is installed (iproute2, iptables, util-linux, curl)", program)
                    .isTrue();
        }
        assumeThat(Path.of("/proc/net/if_inet6"))
                .as("the kernel's table of IPv6")
                .exists();
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"), new String[] {"/usr/sbin", "/sbin"})
                .flatMap(Stream::of)
                .anyMatch(folder -> Files.isExecutable(Path.of(folder).resolve(program)));
    }

    NetworkNamespaces() throws IOException, InterruptedException {
        removeLeftovers();
        run("ip", "netns", "add", name(NODE));
        run("ip", "-n", name(NODE), "link", "set", "lo", "up");
        run("ip", "-n", name(NODE), "link", "add", "br0", "type", "bridge");
        for (IpVersion ip : IpVersion.values()) {
            address(NODE, "br0", ip, NODE_ADDRESS);
        }
        run("ip", "-n", name(NODE), "link", "set", "br0", "up");
        in(NODE, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
        for (IpVersion ip : IpVersion.values()) {
            in(
                    NODE,
                    ip.program(),
                    "-t",
                    "nat",
                    "-A",
                    "POSTROUTING",
                    "-s",
                    ip.network(),
                    "-d",
                    ip.network(),
                    "-m",
                    "conntrack",
                    "--ctstate",
                    "DNAT",
                    "-j",
                    "MASQUERADE");
        }
    }

    private String name(String namespace) {
        return own + namespace;
    }

    private void address(String namespace, String link, IpVersion ip, int last)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("ip", "-n", name(namespace), "addr", "add", ip.inNetwork(ip.pod(last)), "dev", link));
        if (ip == IpVersion.V6) {
            command.add("nodad");
        }
        run(command);
    }

    /** Adds a pod with an address of each family. */
    void addPod(String pod, int last) throws IOException, InterruptedException {
        run("ip", "netns", "add", name(pod));
        run("ip", "-n", name(pod), "link", "set", "lo", "up");
        run(
                "ip",
                "-n",
                name(NODE),
                "link",
                "add",
                "v" + pod,
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                name(pod));
        run("ip", "-n", name(NODE), "link", "set", "v" + pod, "master", "br0", "up");
        run("ip", "-n", name(pod), "link", "set", "eth0", "up");
        for (IpVersion ip : IpVersion.values()) {
            address(pod, "eth0", ip, last);
            run(
                    "ip",
                    "-n",
                    name(pod),
                    ip == IpVersion.V6 ? "-6" : "-4",
                    "route",
                    "add",
                    "default",
                    "via",
                    ip.pod(NODE_ADDRESS));
        }
    }

    /** Leads a port of a Service to a port of a pod, as kube-proxy does. */
    void addService(int service, int port, int pod, int podPort) throws IOException, InterruptedException {
        for (IpVersion ip : IpVersion.values()) {
            in(
                    NODE,
                    ip.program(),
                    "-t",
                    "nat",
                    "-A",
                    "PREROUTING",
                    "-d",
                    ip.service(service),
                    "-p",
                    "tcp",
                    "--dport",
                    Integer.toString(port),
                    "-j",
                    "DNAT",
                    "--to-destination",
                    ip.host(ip.pod(pod)) + ":" + podPort);
        }
    }

    /** Returns a command that runs in a namespace. */
    List<String> command(String namespace, List<String> command) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", name(namespace)));
        whole.addAll(command);
        return whole;
    }

    /** Runs a program in a namespace, and returns its output. */
    String in(String namespace, String... command) throws IOException, InterruptedException {
        return run(command(namespace, List.of(command)));
    }

    private static String run(String... command) throws IOException, InterruptedException {
        return run(List.of(command));
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        return output;
    }

    /** Removes the namespaces of processes that have died, and ends what still runs in them. */
    private static void removeLeftovers() throws IOException, InterruptedException {
        for (String line : run("ip", "netns", "list").lines().toList()) {
            Matcher name = NAME.matcher(line.replaceFirst(" .*", ""));
            if (name.matches()
                    && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
                remove(name.group());
            }
        }
    }

    private static void remove(String name) throws IOException, InterruptedException {
        for (String pid : run("ip", "netns", "pids", name).lines().toList()) {
            ProcessHandle.of(Long.parseLong(pid.strip())).ifPresent(ProcessHandle::destroyForcibly);
        }
        run("ip", "netns", "delete", name);
    }

    @Override
    public void close() {
        try {
            for (String line : run("ip", "netns", "list").lines().toList()) {
                String name = line.replaceFirst(" .*", "");
                if (name.startsWith(own)) {
                    remove(name);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
