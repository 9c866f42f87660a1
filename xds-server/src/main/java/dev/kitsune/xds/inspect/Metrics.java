package dev.kitsune.xds.inspect;

import dev.kitsune.model.problem.Severity;
import dev.kitsune.xds.pipeline.ServedState;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * The metrics for Prometheus. Names of virtual environments are not labels, because ten thousand of them would be ten
 * thousand series.
 */
public final class Metrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();

    /** Adds metrics of the JVM. */
    public Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    /** Adds metrics of the served state. */
    public void watch(Inspected.StateLookup served) {
        FunctionCounter.builder(
                        "kitsune.snapshots.published", served, s -> s.state().sequence())
                .description("Snapshots that were published since the start")
                .register(registry);
        gauge(
                "kitsune.ready",
                "1 when proxies are answered",
                () -> served.state().isReady() ? 1 : 0);
        gauge(
                "kitsune.failure",
                "1 when the newest change failed by a fault of Kitsune",
                () -> served.state().failure() == null ? 0 : 1);
        gauge("kitsune.environments", "Virtual environments that are served", () -> served.state()
                .virtualEnvironments());
        gauge(
                "kitsune.releases.pending",
                "Releases that wait for problems to be solved",
                () -> served.state().releases().values().stream()
                        .filter(r -> r.pending() != null)
                        .count());
        for (Severity severity : Severity.values()) {
            Gauge.builder("kitsune.problems", () -> problems(served.state(), severity))
                    .description("Problems in users' files")
                    .tag("severity", severity.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    /** Returns the registry for the metrics of the stages. */
    public MeterRegistry registry() {
        return registry;
    }

    String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    private static long problems(ServedState state, Severity severity) {
        return state.problems().all().stream()
                .filter(p -> p.severity() == severity)
                .count();
    }
}
