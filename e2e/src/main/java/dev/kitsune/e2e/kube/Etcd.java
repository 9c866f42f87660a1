package dev.kitsune.e2e.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.e2e.process.ChildProcess;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A running etcd, which holds the objects of one cluster. */
final class Etcd implements AutoCloseable {
    private static final HttpClient CLIENT = PlainClient.create();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ChildProcess process;
    private final String url;

    private Etcd(ChildProcess process, String url) {
        this.process = process;
        this.url = url;
    }

    /** Starts an etcd, and does not wait for it: an API server waits by itself. */
    static Etcd start(Path program, Path folder, int clientPort, int peerPort) throws IOException {
        String clients = "http://127.0.0.1:" + clientPort;
        String peers = "http://127.0.0.1:" + peerPort;
        ChildProcess process = ChildProcess.start(
                List.of(
                        program.toString(),
                        "--data-dir",
                        folder.resolve("etcd").toString(),
                        "--listen-client-urls",
                        clients,
                        "--advertise-client-urls",
                        clients,
                        "--listen-peer-urls",
                        peers,
                        "--initial-advertise-peer-urls",
                        peers,
                        "--initial-cluster",
                        "default=" + peers),
                folder.resolve("etcd.log"));
        return new Etcd(process, clients);
    }

    String url() {
        return url;
    }

    /** Forgets what was before now, as an API server lets it do every few minutes. */
    void compact() throws IOException, InterruptedException {
        String anyKey = Base64.getEncoder().encodeToString(new byte[1]);
        String revision =
                ask("range", Map.of("key", anyKey)).at("/header/revision").asText();
        ask("compaction", Map.of("revision", revision, "physical", true));
    }

    private JsonNode ask(String what, Map<String, Object> question) throws IOException, InterruptedException {
        HttpResponse<String> answer = CLIENT.send(
                HttpRequest.newBuilder(URI.create(url + "/v3/kv/" + what))
                        .POST(BodyPublishers.ofString(JSON.writeValueAsString(question)))
                        .build(),
                BodyHandlers.ofString());
        if (answer.statusCode() != HttpURLConnection.HTTP_OK) {
            throw new IOException("etcd answers to " + what + ": " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    @Override
    public void close() {
        process.close();
    }
}
