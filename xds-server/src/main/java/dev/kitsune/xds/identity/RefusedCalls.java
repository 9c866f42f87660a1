package dev.kitsune.xds.identity;

import dev.kitsune.xds.thread.MinuteReport;
import io.grpc.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The calls that were refused because of their credentials. They are counted, and logged with the reason of the newest. */
final class RefusedCalls {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedCalls.class);

    private final MeterRegistry meters;
    private final MinuteReport report = new MinuteReport((calls, newest) -> LOG.warn(
            "{} refused at the xDS port: {}. Further ones are reported together in a minute",
            calls == 1 ? "a call was" : calls + " calls were",
            newest));

    /** Prometheus sees no increase in the first value of a counter, so the usual ones are there from the start. */
    RefusedCalls(MeterRegistry meters) {
        this.meters = meters;
        counter(Status.Code.UNAUTHENTICATED);
        counter(Status.Code.PERMISSION_DENIED);
    }

    void add(Status reason) {
        counter(reason.getCode()).increment();
        report.add(String.valueOf(reason.getDescription()));
    }

    private Counter counter(Status.Code reason) {
        return Counter.builder("kitsune.xds.calls.refused")
                .description("Calls to the xDS port that were refused because of their credentials")
                .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                .register(meters);
    }
}
