package dev.kitsune.e2e.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Sends calls to one port of loopback, whatever host their URLs name. */
public final class GatewayClient {
    private final HttpClient client;
    private final String address;
    private final Duration timeout;

    /** @param timeout the time limit for an answer, which must be longer than that of any proxy */
    public GatewayClient(int port, Duration timeout) {
        this(PlainClient.create(), "http://127.0.0.1:" + port, timeout);
    }

    /** The same with a client that uses TLS, and an address that begins with https. */
    public GatewayClient(HttpClient client, String address, Duration timeout) {
        this.client = client;
        this.address = address;
        this.timeout = timeout;
    }

    public Answer send(Call call) throws IOException, InterruptedException {
        return answer(client.send(request(call), BodyHandlers.ofString()));
    }

    /** Sends a call without waiting for the answer. */
    public CompletableFuture<Answer> start(Call call) {
        return client.sendAsync(request(call), BodyHandlers.ofString()).thenApply(GatewayClient::answer);
    }

    private HttpRequest request(Call call) {
        URI url = URI.create(call.target());
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path + query))
                .timeout(timeout)
                .method(
                        call.method(),
                        call.body().isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(call.body()))
                .header("host", url.getRawAuthority());
        call.headers().forEach(header -> request.header(header.name(), header.value()));
        return request.build();
    }

    private static Answer answer(HttpResponse<String> response) {
        return Answer.of(response.statusCode(), response.headers().map(), response.body());
    }
}
