package dev.kitsune.xds.pipeline;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.kitsune.xds.thread.GracefulShutdown;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The executors of tasks that a pass does not wait for.
 *
 * @param keeps saves decisions, several at a time, so that one that hangs blocks no other
 * @param tells calls listeners
 */
public record Workers(Executor keeps, Executor tells) implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Workers.class);
    private static final int KEEPING = 4;

    /** Uses the thread of the pass itself, for single runs and tests. */
    public static final Workers SAME_THREAD = new Workers(Runnable::run, Runnable::run);

    /** Uses separate threads. */
    public static Workers started() {
        ExecutorService keeps = threads(KEEPING, "keep-%d");
        ExecutorService tells = threads(1, "tell-%d");
        return new Workers(work -> execute(keeps, work), work -> execute(tells, work), keeps, tells);
    }

    private Workers(Executor keeps, Executor tells, ExecutorService first, ExecutorService second) {
        this(new Closing(keeps, first), new Closing(tells, second));
    }

    /** An executor and the threads behind it. */
    private record Closing(Executor executor, ExecutorService threads) implements Executor {
        @Override
        public void execute(Runnable work) {
            executor.execute(work);
        }

        void close() {
            if (!GracefulShutdown.of(threads)) {
                log.warn("a state could not be saved in time, and is decided again at the next start");
            }
        }
    }

    private static ExecutorService threads(int most, String names) {
        return Executors.newFixedThreadPool(
                most,
                new ThreadFactoryBuilder().setNameFormat(names).setDaemon(true).build());
    }

    private static void execute(ExecutorService threads, Runnable work) {
        try {
            threads.execute(work);
        } catch (RejectedExecutionException e) {
            log.debug("closed: nothing is done any more");
        }
    }

    /** Ends when all running saves are complete. */
    @Override
    public void close() {
        if (keeps instanceof Closing one) {
            one.close();
        }
        if (tells instanceof Closing one) {
            one.close();
        }
    }
}
