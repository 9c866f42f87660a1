package dev.kitsune.xds.thread;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Reports events that any client of a port can cause by the thousand: the first one at once, and all further ones together
 * once a minute.
 */
public final class MinuteReport {
    private final MinuteReporter reporter;
    private final Executor inAMinute;

    /** Guarded by this, like all fields below. */
    private int untold;

    private String newest = "";
    private boolean minuteRuns;

    /** Says what has happened. */
    @FunctionalInterface
    public interface MinuteReporter {
        /**
         * Must not block.
         *
         * @param events at least one, since the report before
         * @param newest what was said of the newest
         */
        void report(int events, String newest);
    }

    public MinuteReport(MinuteReporter reporter) {
        this(reporter, CompletableFuture.delayedExecutor(1, TimeUnit.MINUTES));
    }

    /** @param inAMinute runs a task a minute later */
    public MinuteReport(MinuteReporter reporter, Executor inAMinute) {
        this.reporter = reporter;
        this.inAMinute = inAMinute;
    }

    /** One more event. {@code what}: is said of it if it is the newest */
    public synchronized void add(String what) {
        untold++;
        newest = what;
        if (!minuteRuns) {
            tell();
        }
    }

    /** Nothing is said of the events so far. */
    public synchronized void forget() {
        untold = 0;
    }

    private synchronized void tell() {
        minuteRuns = untold > 0;
        if (minuteRuns) {
            reporter.report(untold, newest);
            untold = 0;
            inAMinute.execute(this::tell);
        }
    }
}
