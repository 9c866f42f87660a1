package dev.kitsune.xds.inspect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.model.snapshot.ResolvedEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.pipeline.State;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The HTTP side of inspection: reads only, and never a secret's value. */
public final class InspectionServer implements AutoCloseable {
    private static final ObjectMapper json = new ObjectMapper();

    private final String folder;
    private final String version;
    private final Supplier<State> state;
    private final Metrics metrics;
    private final Javalin server;

    private InspectionServer(InetSocketAddress address, String folder, String version, Supplier<State> state) {
        this.folder = folder;
        this.version = version;
        this.state = state;
        this.metrics = new Metrics(state);
        this.server = Javalin.create(this::configure).start(address.getHostString(), address.getPort());
    }

    /**
     * Starts serving; throws Javalin's bind exception where the port is taken.
     *
     * @param address port 0 for any free one
     * @param folder what is served, to be shown
     */
    public static InspectionServer start(
            InetSocketAddress address, String folder, String version, Supplier<State> state) {
        return new InspectionServer(address, folder, version, state);
    }

    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
        metrics.close();
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.startupWatcherEnabled = false;
        config.routes.before(context -> {
            context.header("X-Content-Type-Options", "nosniff");
            context.header("Cache-Control", "no-store");
        });
        config.routes.get("/", context -> context.contentType("text/html; charset=utf-8")
                .header(
                        "Content-Security-Policy",
                        "default-src 'none'; connect-src 'self'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'")
                .result(page()));
        config.routes.get("/healthz", context -> context.result("ok\n"));
        config.routes.get("/readyz", this::ready);
        config.routes.get("/metrics", context -> context.contentType("text/plain; version=0.0.4; charset=utf-8")
                .result(metrics.scrape()));
        config.routes.get("/api/status", context -> answer(context, StatusView.of(folder, version, state.get())));
        config.routes.get("/api/problems", this::problems);
        config.routes.get("/api/environments", this::environments);
        config.routes.get("/api/environments/{name}", this::environment);
        config.routes.get("/api/components", this::components);
    }

    private void ready(Context context) {
        if (state.get().isReady()) {
            context.result("ready\n");
        } else {
            context.status(503).result("not ready: no complete snapshot was published yet\n");
        }
    }

    private void problems(Context context) {
        page(
                context,
                state.get().problems().stream(),
                p -> Stream.of(
                        p.position().file(),
                        p.code().name(),
                        p.severity().name(),
                        p.object() == null ? null : p.object().toString(),
                        p.environment(),
                        p.message()),
                ProblemView::of);
    }

    private void environments(Context context) {
        page(
                context,
                snapshot().environments().values().stream().sorted(Comparator.comparing(ResolvedEnvironment::name)),
                e -> Stream.of(e.name(), e.namespace(), e.environment(), e.parent()),
                EnvironmentRow::of);
    }

    private void environment(Context context) {
        String name = context.pathParam("name");
        Snapshot snapshot = snapshot();
        ResolvedEnvironment environment = snapshot.environment(name);
        if (environment == null) {
            throw new NotFoundResponse("no virtual environment of this name is served");
        }
        answer(context, EnvironmentView.of(environment, snapshot));
    }

    private void components(Context context) {
        page(context, ComponentRow.all(snapshot()), c -> Stream.of(c.component(), c.version()), Function.identity());
    }

    private Snapshot snapshot() {
        State now = state.get();
        if (now.resolution() == null) {
            throw new NotFoundResponse("no complete snapshot was published yet");
        }
        return now.resolution().snapshot();
    }

    private static <A, T> void page(
            Context context,
            Stream<A> all,
            Function<A, Stream<@org.jspecify.annotations.Nullable String>> texts,
            Function<A, T> view) {
        int offset = number(context, "offset", 0);
        int limit = number(context, "limit", 50);
        answer(context, Page.of(all, Page.Request.of(context.queryParam("search"), offset, limit), texts, view));
    }

    private static int number(Context context, String name, int otherwise) {
        return context.queryParam(name) == null
                ? otherwise
                : context.queryParamAsClass(name, Integer.class).get();
    }

    private static void answer(Context context, Object view) {
        try {
            context.contentType("application/json").result(json.writeValueAsBytes(view));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a view is no JSON", e);
        }
    }

    private static byte[] page() {
        try (InputStream page = Objects.requireNonNull(
                InspectionServer.class.getResourceAsStream("page.html"), "page.html is packed with this class")) {
            return page.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
