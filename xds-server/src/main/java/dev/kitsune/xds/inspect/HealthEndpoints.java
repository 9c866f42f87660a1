package dev.kitsune.xds.inspect;

import dev.kitsune.xds.pipeline.ServedState;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

/** The endpoints for probes and for Prometheus. They show no object of a user. */
final class HealthEndpoints {
    private final Inspected inspected;

    HealthEndpoints(Inspected inspected) {
        this.inspected = inspected;
    }

    void register(RoutesConfig routes) {
        routes.get("/healthz", context -> context.result("ok\n"));
        routes.get("/readyz", this::ready);
        routes.get("/metrics", context -> context.contentType("text/plain; version=0.0.4; charset=utf-8")
                .result(inspected.metrics().scrape()));
    }

    private void ready(Context context) {
        ServedState state = inspected.served().state();
        if (state.isReady()) {
            String failure = state.failure();
            context.result(failure == null ? "ready\n" : "ready, and " + failure + "\n");
        } else {
            context.status(503).result("not ready: no complete snapshot was published yet\n");
        }
    }
}
