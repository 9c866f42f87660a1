package dev.kitsune.e2e.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.websocket.WsMessageContext;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * The app of one component version, as its developers would write it. It knows nothing of virtual environments, and
 * passes the context headers of each request on with the calls that it makes for the request.
 *
 * <p>It answers every path with the request that it received. {@code ?call=URL} makes it first call that URL through
 * its sidecar, with the same method and body. {@code &pass=NAME} names a header that it passes on with those calls.
 */
public final class EchoApp implements AutoCloseable {
    private static final Set<String> CONTEXT = Set.of("kitsune-env", "kitsune-dep", "baggage");

    private final String component;
    private final String version;
    private final OutboundCalls calls;
    private final List<String> usualCalls;
    private final StandIn server;

    /**
     * Starts an app without usual calls.
     *
     * @param port the port of the app; 0 for any
     * @param outboundPort the port of its sidecar for outbound calls
     */
    public EchoApp(String component, String version, int port, int outboundPort) {
        this(component, version, port, outboundPort, List.of());
    }

    /**
     * Starts an app.
     *
     * @param usualCalls the URLs that it calls if a request does not name any
     */
    public EchoApp(String component, String version, int port, int outboundPort, List<String> usualCalls) {
        this.component = component;
        this.version = version;
        this.calls = new OutboundCalls(outboundPort);
        this.usualCalls = List.copyOf(usualCalls);
        this.server = new StandIn(port, config -> {
            for (String path : List.of("/", "/<path>")) {
                config.routes.get(path, this::answer);
                config.routes.post(path, this::answer);
                config.routes.put(path, this::answer);
                config.routes.delete(path, this::answer);
            }
            config.routes.ws("/ws", ws -> ws.onMessage(this::answer));
        });
    }

    public int port() {
        return server.port();
    }

    private void answer(Context context) throws IOException, InterruptedException {
        ObjectNode answer = SeenRequest.JSON.createObjectNode();
        answer.put("component", component);
        answer.put("version", version);
        answer.setAll(SeenRequest.of(context));
        Set<String> pass = context.queryParams("pass").isEmpty() ? CONTEXT : Set.copyOf(context.queryParams("pass"));
        var made = answer.putArray("calls");
        List<String> asked = context.queryParams("call");
        for (String url : asked.isEmpty() ? usualCalls : asked) {
            made.add(calls.call(url, context, pass));
        }
        context.contentType("application/json; charset=utf-8").result(SeenRequest.JSON.writeValueAsBytes(answer));
    }

    private void answer(WsMessageContext context) {
        context.send(component + "@" + version + " " + context.header("kitsune-env") + " " + context.message());
    }

    @Override
    public void close() {
        server.close();
    }
}
