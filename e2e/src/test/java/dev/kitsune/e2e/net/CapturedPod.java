package dev.kitsune.e2e.net;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kitsune.e2e.process.ChildProcess;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A pod: its namespace, and the process of its apps and clients. */
final class CapturedPod implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ChildProcess process;
    private final BufferedWriter asked;
    private final BufferedReader answers;

    private CapturedPod(Process process, Path log) throws IOException {
        this.process = ChildProcess.of(process, log);
        this.asked = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        String first = answers.readLine();
        if (!"ready".equals(first)) {
            throw new IOException("the apps of a pod did not start: " + first + " " + this.process.log());
        }
    }

    /** {@code hosts}: a file with the names that its clients know */
    static CapturedPod start(
            NetworkNamespaces namespaces, String pod, int last, String runs, Path controlPlane, Path hosts)
            throws IOException, InterruptedException {
        namespaces.addPod(pod, last);
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djdk.net.hosts.file=" + hosts,
                "-cp",
                System.getProperty("java.class.path"),
                PodAgent.class.getName(),
                runs,
                controlPlane.toString(),
                IpVersion.V4.pod(last),
                IpVersion.V6.pod(last));
        Path log = hosts.resolveSibling(pod + ".log");
        return new CapturedPod(
                new ProcessBuilder(namespaces.command(pod, command))
                        .redirectError(log.toFile())
                        .start(),
                log);
    }

    /** Speaks with a server on one connection. */
    Heard speak(IpVersion ip, String host, int port, Step... steps) throws IOException {
        return ask("plain", ip, host, port, "", steps);
    }

    /** The same over TLS, with HTTP/1.1 as the protocol. */
    Heard speakTls(IpVersion ip, String host, int port, Step... steps) throws IOException {
        return ask("tls", ip, host, port, "", steps);
    }

    /** Makes a health check by gRPC. */
    Heard callGrpc(IpVersion ip, String host, int port, String authority) throws IOException {
        return ask("grpc", ip, host, port, authority);
    }

    private synchronized Heard ask(String how, IpVersion ip, String host, int port, String authority, Step... steps)
            throws IOException {
        ObjectNode line = JSON.createObjectNode()
                .put("how", how)
                .put("ip", ip.name())
                .put("host", host)
                .put("port", port)
                .put("authority", authority);
        line.set("steps", JSON.valueToTree(steps));
        asked.write(JSON.writeValueAsString(line) + "\n");
        asked.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the apps of a pod have ended: " + process.log());
        }
        return JSON.readValue(answer, Heard.class);
    }

    @Override
    public void close() {
        process.close();
    }
}
