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

    RefusedCalls(MeterRegistry meters) {
        this.meters = meters;
    }

    void add(Status reason) {
        Counter.builder("kitsune.xds.calls.refused")
                .description("Calls to the xDS port that were refused because of their credentials")
                .tag("reason", reason.getCode().name().toLowerCase(Locale.ROOT))
                .register(meters)
                .increment();
        report.add(String.valueOf(reason.getDescription()));
    }
}
