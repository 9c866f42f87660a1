package dev.kitsune.e2e.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An API outside the mesh. It answers with the shortened credential of the call. If the call has a parameter {@code
 * to}, it answers with a redirect, whose status is 302 or the parameter {@code status}.
 */
public final class PaymentApi implements AutoCloseable {
    private final String name;
    private final AtomicLong requests = new AtomicLong();
    private final StandIn server;

    /**
     * Starts the API.
     *
     * @param name the name of the API in its answers
     * @param port the port; 0 for any
     */
    public PaymentApi(String name, int port) {
        this.name = name;
        this.server = new StandIn(port, config -> {
            for (String path : List.of("/", "/<path>")) {
                config.routes.get(path, this::answer);
                config.routes.post(path, this::answer);
                config.routes.put(path, this::answer);
                config.routes.patch(path, this::answer);
                config.routes.delete(path, this::answer);
                config.routes.options(path, this::answer);
            }
        });
    }

    public int port() {
        return server.port();
    }

    /** Returns the number of requests that have reached the API. */
    public long requests() {
        return requests.get();
    }

    private void answer(Context context) throws IOException {
        requests.incrementAndGet();
        String to = context.queryParam("to");
        if (to != null) {
            // Envoy follows a redirect only if it has the whole request by then.
            context.bodyAsBytes();
            String status = context.queryParam("status");
            context.status(status == null ? 302 : Integer.parseInt(status)).header("location", to);
            return;
        }
        ObjectNode answer = SeenRequest.JSON.createObjectNode();
        answer.put("api", name);
        String credential = context.header("authorization");
        answer.put("credential", credential == null ? "none" : Credential.shorten(credential));
        answer.setAll(SeenRequest.of(context));
        context.contentType("application/json; charset=utf-8").result(SeenRequest.JSON.writeValueAsBytes(answer));
    }

    @Override
    public void close() {
        server.close();
    }
}
